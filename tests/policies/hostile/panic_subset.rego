# Panics the engine: asks whether an array is below an empty one.
# expect: policy_crash policy_error
package intent

allow contains "yes" if object.subset([1], [])
