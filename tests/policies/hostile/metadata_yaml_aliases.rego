# Describes itself with YAML whose aliases multiply.
# expect: nothing policy_invalid policy_timeout policy_crash

# METADATA
# title: &a [x, x, x, x, x, x, x, x, x, x]
# description: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]
# custom:
#   c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]
#   d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]
#   e: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d, *d]
#   f: &f [*e, *e, *e, *e, *e, *e, *e, *e, *e, *e]
#   g: &g [*f, *f, *f, *f, *f, *f, *f, *f, *f, *f]
#   h: [*g, *g, *g, *g, *g, *g, *g, *g, *g, *g]
package intent

deny contains "always"
