# Two functions call each other.
# expect: policy_invalid
package intent

even(n) if odd(n - 1)

odd(n) if even(n - 1)

allow contains "yes" if even(10)
