# Marshals a text into JSON of itself, twice each time.
# expect: policy_timeout policy_crash policy_error
package intent

o0 := "\""

o1 := json.marshal([o0, o0])

o2 := json.marshal([o1, o1])

o3 := json.marshal([o2, o2])

o4 := json.marshal([o3, o3])

o5 := json.marshal([o4, o4])

o6 := json.marshal([o5, o5])

o7 := json.marshal([o6, o6])

o8 := json.marshal([o7, o7])

o9 := json.marshal([o8, o8])

o10 := json.marshal([o9, o9])

o11 := json.marshal([o10, o10])

o12 := json.marshal([o11, o11])

o13 := json.marshal([o12, o12])

o14 := json.marshal([o13, o13])

o15 := json.marshal([o14, o14])

o16 := json.marshal([o15, o15])

o17 := json.marshal([o16, o16])

o18 := json.marshal([o17, o17])

o19 := json.marshal([o18, o18])

o20 := json.marshal([o19, o19])

o21 := json.marshal([o20, o20])

o22 := json.marshal([o21, o21])

o23 := json.marshal([o22, o22])

o24 := json.marshal([o23, o23])

o25 := json.marshal([o24, o24])

o26 := json.marshal([o25, o25])

o27 := json.marshal([o26, o26])

o28 := json.marshal([o27, o27])

o29 := json.marshal([o28, o28])

o30 := json.marshal([o29, o29])

o31 := json.marshal([o30, o30])

o32 := json.marshal([o31, o31])

o33 := json.marshal([o32, o32])

o34 := json.marshal([o33, o33])

o35 := json.marshal([o34, o34])

o36 := json.marshal([o35, o35])

o37 := json.marshal([o36, o36])

o38 := json.marshal([o37, o37])

o39 := json.marshal([o38, o38])

o40 := json.marshal([o39, o39])

allow contains "yes" if count(o40) > 0
