# Spends its time a little in each of many rules.
# expect: policy_timeout policy_crash policy_error
package intent

r0 := count([1 | some i in numbers.range(1, 700); some j in numbers.range(1, 700); i + j > 0])

r1 := count([1 | some i in numbers.range(1, 700); some j in numbers.range(1, 700); i + j > 1])

r2 := count([1 | some i in numbers.range(1, 700); some j in numbers.range(1, 700); i + j > 2])

r3 := count([1 | some i in numbers.range(1, 700); some j in numbers.range(1, 700); i + j > 3])

r4 := count([1 | some i in numbers.range(1, 700); some j in numbers.range(1, 700); i + j > 4])

r5 := count([1 | some i in numbers.range(1, 700); some j in numbers.range(1, 700); i + j > 5])

r6 := count([1 | some i in numbers.range(1, 700); some j in numbers.range(1, 700); i + j > 6])

r7 := count([1 | some i in numbers.range(1, 700); some j in numbers.range(1, 700); i + j > 7])

r8 := count([1 | some i in numbers.range(1, 700); some j in numbers.range(1, 700); i + j > 8])

r9 := count([1 | some i in numbers.range(1, 700); some j in numbers.range(1, 700); i + j > 9])

r10 := count([1 | some i in numbers.range(1, 700); some j in numbers.range(1, 700); i + j > 10])

r11 := count([1 | some i in numbers.range(1, 700); some j in numbers.range(1, 700); i + j > 11])

r12 := count([1 | some i in numbers.range(1, 700); some j in numbers.range(1, 700); i + j > 12])

r13 := count([1 | some i in numbers.range(1, 700); some j in numbers.range(1, 700); i + j > 13])

r14 := count([1 | some i in numbers.range(1, 700); some j in numbers.range(1, 700); i + j > 14])

r15 := count([1 | some i in numbers.range(1, 700); some j in numbers.range(1, 700); i + j > 15])

r16 := count([1 | some i in numbers.range(1, 700); some j in numbers.range(1, 700); i + j > 16])

r17 := count([1 | some i in numbers.range(1, 700); some j in numbers.range(1, 700); i + j > 17])

r18 := count([1 | some i in numbers.range(1, 700); some j in numbers.range(1, 700); i + j > 18])

r19 := count([1 | some i in numbers.range(1, 700); some j in numbers.range(1, 700); i + j > 19])

r20 := count([1 | some i in numbers.range(1, 700); some j in numbers.range(1, 700); i + j > 20])

r21 := count([1 | some i in numbers.range(1, 700); some j in numbers.range(1, 700); i + j > 21])

r22 := count([1 | some i in numbers.range(1, 700); some j in numbers.range(1, 700); i + j > 22])

r23 := count([1 | some i in numbers.range(1, 700); some j in numbers.range(1, 700); i + j > 23])

r24 := count([1 | some i in numbers.range(1, 700); some j in numbers.range(1, 700); i + j > 24])

r25 := count([1 | some i in numbers.range(1, 700); some j in numbers.range(1, 700); i + j > 25])

r26 := count([1 | some i in numbers.range(1, 700); some j in numbers.range(1, 700); i + j > 26])

r27 := count([1 | some i in numbers.range(1, 700); some j in numbers.range(1, 700); i + j > 27])

r28 := count([1 | some i in numbers.range(1, 700); some j in numbers.range(1, 700); i + j > 28])

r29 := count([1 | some i in numbers.range(1, 700); some j in numbers.range(1, 700); i + j > 29])

r30 := count([1 | some i in numbers.range(1, 700); some j in numbers.range(1, 700); i + j > 30])

r31 := count([1 | some i in numbers.range(1, 700); some j in numbers.range(1, 700); i + j > 31])

r32 := count([1 | some i in numbers.range(1, 700); some j in numbers.range(1, 700); i + j > 32])

r33 := count([1 | some i in numbers.range(1, 700); some j in numbers.range(1, 700); i + j > 33])

r34 := count([1 | some i in numbers.range(1, 700); some j in numbers.range(1, 700); i + j > 34])

r35 := count([1 | some i in numbers.range(1, 700); some j in numbers.range(1, 700); i + j > 35])

r36 := count([1 | some i in numbers.range(1, 700); some j in numbers.range(1, 700); i + j > 36])

r37 := count([1 | some i in numbers.range(1, 700); some j in numbers.range(1, 700); i + j > 37])

r38 := count([1 | some i in numbers.range(1, 700); some j in numbers.range(1, 700); i + j > 38])

r39 := count([1 | some i in numbers.range(1, 700); some j in numbers.range(1, 700); i + j > 39])

allow contains "yes" if r0 + r1 + r2 + r3 + r4 + r5 + r6 + r7 + r8 + r9 + r10 + r11 + r12 + r13 + r14 + r15 + r16 + r17 + r18 + r19 + r20 + r21 + r22 + r23 + r24 + r25 + r26 + r27 + r28 + r29 + r30 + r31 + r32 + r33 + r34 + r35 + r36 + r37 + r38 + r39 > 0
