# Hides a rule behind characters that turn the writing round.
# expect: nothing policy_invalid
package intent

deny contains "public" # ‮ } fi "sey" sniatnoc wolla

allow contains "no one" if false # ⁦
