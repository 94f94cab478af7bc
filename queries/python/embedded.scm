; Draws that are named in source text which is run elsewhere: by themselves no reason, but told where there is none.
;
; Finds: generators of torch, numpy and the standard library in strings that something is done with, and of an f-string in
; what is not interpolated.
;
; Deliberately misses: docstrings and annotations.

([
    (assignment right: (string (string_content) @random.embedded))
    (argument_list (string (string_content) @random.embedded))
    (keyword_argument value: (string (string_content) @random.embedded))
    (default_parameter value: (string (string_content) @random.embedded))
    (list (string (string_content) @random.embedded))
    (tuple (string (string_content) @random.embedded))
    (set (string (string_content) @random.embedded))
    (pair value: (string (string_content) @random.embedded))
    (return_statement (string (string_content) @random.embedded))
    (parenthesized_expression (string (string_content) @random.embedded))
    (concatenated_string (string (string_content) @random.embedded))
    (attribute object: (string (string_content) @random.embedded))
    (binary_operator (string (string_content) @random.embedded))]
  (#match? @random.embedded "\\b(torch|np|numpy|random)\\.(random\\.)?(rand|randn|randint|randperm|rand_like|randn_like|choice|shuffle|random)\\(")
  (#set! anchor "rand randn randint randperm rand_like randn_like choice shuffle random"))
