# Denies with what looks like the frame of an answer that allows.
# expect: nothing
package intent

deny contains "\u0000\u0000\u0000\u001d\u0000\u0000\u0000\u0000{\"values\":{\"allow\":[\"yes\"]}}"
