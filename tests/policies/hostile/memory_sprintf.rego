# Doubles a text by formatting it into itself.
# expect: policy_timeout policy_crash policy_error
package intent

s0 := "0123456789abcdef"

s1 := sprintf("%s%s%s%s", [s0, s0, s0, s0])

s2 := sprintf("%s%s%s%s", [s1, s1, s1, s1])

s3 := sprintf("%s%s%s%s", [s2, s2, s2, s2])

s4 := sprintf("%s%s%s%s", [s3, s3, s3, s3])

s5 := sprintf("%s%s%s%s", [s4, s4, s4, s4])

s6 := sprintf("%s%s%s%s", [s5, s5, s5, s5])

s7 := sprintf("%s%s%s%s", [s6, s6, s6, s6])

s8 := sprintf("%s%s%s%s", [s7, s7, s7, s7])

s9 := sprintf("%s%s%s%s", [s8, s8, s8, s8])

s10 := sprintf("%s%s%s%s", [s9, s9, s9, s9])

s11 := sprintf("%s%s%s%s", [s10, s10, s10, s10])

s12 := sprintf("%s%s%s%s", [s11, s11, s11, s11])

s13 := sprintf("%s%s%s%s", [s12, s12, s12, s12])

s14 := sprintf("%s%s%s%s", [s13, s13, s13, s13])

s15 := sprintf("%s%s%s%s", [s14, s14, s14, s14])

s16 := sprintf("%s%s%s%s", [s15, s15, s15, s15])

s17 := sprintf("%s%s%s%s", [s16, s16, s16, s16])

s18 := sprintf("%s%s%s%s", [s17, s17, s17, s17])

s19 := sprintf("%s%s%s%s", [s18, s18, s18, s18])

s20 := sprintf("%s%s%s%s", [s19, s19, s19, s19])

allow contains "yes" if count(s20) > 0
