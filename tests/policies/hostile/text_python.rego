# Tries to run code where a template might.
# expect: nothing
package intent

deny contains "{{ 7 * 7 }} ${7 * 7} $(id) `id` %s %n __import__('os')"
