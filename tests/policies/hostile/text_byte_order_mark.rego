# Holds a byte order mark inside.
# expect: policy_invalid
package intent

﻿allow contains "yes"
