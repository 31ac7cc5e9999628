# Calls a forbidden built-in by another name.
# expect: policy_invalid
package intent

import data.http as h

allow contains "yes" if h.send({"method": "GET", "url": "http://127.0.0.1:1/"})
