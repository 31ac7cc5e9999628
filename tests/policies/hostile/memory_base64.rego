# Encodes a text that doubles each time.
# expect: policy_timeout policy_crash policy_error
package intent

b0 := "x"

b1 := base64.encode(concat("", [b0, b0]))

b2 := base64.encode(concat("", [b1, b1]))

b3 := base64.encode(concat("", [b2, b2]))

b4 := base64.encode(concat("", [b3, b3]))

b5 := base64.encode(concat("", [b4, b4]))

b6 := base64.encode(concat("", [b5, b5]))

b7 := base64.encode(concat("", [b6, b6]))

b8 := base64.encode(concat("", [b7, b7]))

b9 := base64.encode(concat("", [b8, b8]))

b10 := base64.encode(concat("", [b9, b9]))

b11 := base64.encode(concat("", [b10, b10]))

b12 := base64.encode(concat("", [b11, b11]))

b13 := base64.encode(concat("", [b12, b12]))

b14 := base64.encode(concat("", [b13, b13]))

b15 := base64.encode(concat("", [b14, b14]))

b16 := base64.encode(concat("", [b15, b15]))

b17 := base64.encode(concat("", [b16, b16]))

b18 := base64.encode(concat("", [b17, b17]))

b19 := base64.encode(concat("", [b18, b18]))

b20 := base64.encode(concat("", [b19, b19]))

b21 := base64.encode(concat("", [b20, b20]))

b22 := base64.encode(concat("", [b21, b21]))

b23 := base64.encode(concat("", [b22, b22]))

b24 := base64.encode(concat("", [b23, b23]))

b25 := base64.encode(concat("", [b24, b24]))

b26 := base64.encode(concat("", [b25, b25]))

b27 := base64.encode(concat("", [b26, b26]))

b28 := base64.encode(concat("", [b27, b27]))

b29 := base64.encode(concat("", [b28, b28]))

b30 := base64.encode(concat("", [b29, b29]))

allow contains "yes" if count(b30) > 0
