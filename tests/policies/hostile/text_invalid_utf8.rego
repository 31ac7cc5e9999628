# Holds bytes that are no UTF-8.
# expect: policy_invalid
package intent

allow contains "ÿşÀ¯"
