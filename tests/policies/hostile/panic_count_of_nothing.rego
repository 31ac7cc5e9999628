# Panics the engine: counts an empty text in a text.
# expect: policy_crash policy_error nothing
package intent

allow contains "yes" if strings.count("aaa", "") > 100
