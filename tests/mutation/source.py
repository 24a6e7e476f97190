"""A source of C as tokens, its functions, and their mutants by rule; tests/mutate describes the rules.

Knows nothing of builds and tests.

SPDX-License-Identifier: MIT
"""
import re
import typing

TOKEN = re.compile(
    r"""(?P<skip>\s+|//[^\n]*|/\*.*?\*/|^[ ]*\#(?:[^\n]*\\\n)*[^\n]*)"""
    r"""|(?P<token>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[A-Za-z_]\w*|0[xX][0-9a-fA-F.]+(?:[pP][+-]?\d+)?[uUlLfF]*"""
    r"""|\d+\.?\d*(?:[eE][+-]?\d+)?[uUlLfF]*|\.\d+(?:[eE][+-]?\d+)?[fF]?"""
    r"""|<<=|>>=|->|\.\.\.|&&|\|\||[<>=!+\-*/%&|^]=|<<|>>|\+\+|--|.)""",
    re.S | re.M | re.X,
)
OPPOSITE = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "=="}
OPERATORS = {"+": "-", "-": "+", "*": "/", "/": "*", "%": "*", "<<": ">>", ">>": "<<", "&": "|", "|": "&",
             "^": "|", "+=": "-=", "-=": "+=", "*=": "/=", "/=": "*=", "|=": "&=", "&=": "|=", "^=": "|=",
             "<<=": ">>=", ">>=": "<<="}
ASSIGNMENTS = {"=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>="}
ENDS = ASSIGNMENTS | {"?", ":", ";", ",", "return", "{", "}"}
CLOSING = {"(": ")", "[": "]", "{": "}"}
KEYWORDS = {"return", "if", "else", "while", "for", "do", "switch", "case", "default", "goto", "break", "continue",
            "sizeof", "const", "static", "struct", "enum", "union", "unsigned", "signed", "int", "char", "float",
            "double", "long", "short", "void", "bool", "volatile", "restrict", "inline"}
# Asserts state what cannot happen; sizes of arrays are rarely exact.
UNTOUCHED = {"assert", "_Static_assert", "static_assert", "sizeof", "_Alignas", "__attribute__", "__builtin_prefetch"}
# Functions that only release something: the leak sanitizer looks after them.
RELEASING = re.compile(r"free|.*_free|.*_close|close|.*_end|abort|.*prefetch.*")
NUMBER = re.compile(r"(?:0[xX][0-9a-fA-F]+|\d+)[uUlL]*$")
REAL = re.compile(r"(?:\d+\.\d*|\.\d+|\d+)(?:[eE][+-]?\d+)?[fF]?$")


class Token(typing.NamedTuple):
    text: str
    start: int
    end: int


class Mutant(typing.NamedTuple):
    name: str  # "file: function: rule what"
    rule: str
    first: int  # text[first:last] is replaced
    last: int
    replacement: str


class Function(typing.NamedTuple):
    name: str  # of a second one, for another system or library, with a number
    first: int  # the token of its opening brace
    last: int  # of its closing one


class Source:
    def __init__(self, file, text):
        self.file, self.text = file, text
        self.tokens = [Token(m["token"], m.start(), m.end()) for m in TOKEN.finditer(text) if m["token"]]
        self.partner = {}
        open_ones = []
        for i, t in enumerate(self.tokens):
            if t.text in CLOSING:
                open_ones.append(i)
            elif t.text in CLOSING.values():
                self.partner[i] = open_ones.pop()
                self.partner[self.partner[i]] = i

    def functions(self):
        """The functions that are defined here. In a head there is no '='; a table's rows have one before them."""
        at, begun, seen = 0, 0, {}
        while at < len(self.tokens):
            text = self.tokens[at].text
            if text == "{":
                if self.tokens[at - 1].text == ")" and all(t.text != "=" for t in self.tokens[begun:at]):
                    name = self.name_before(at)
                    seen[name] = seen.get(name, 0) + 1
                    yield Function(name if seen[name] < 2 else f"{name}#{seen[name]}", at, self.partner[at])
                at = self.partner[at]
            if text in ("{", ";"):
                begun = at + 1
            at += 1

    def name_before(self, brace):
        i = self.partner[brace - 1] - 1
        if self.tokens[i].text == ")":  # a macro makes the name
            i = self.partner[i] + 1
        return self.tokens[i].text

    def operand(self, at, step, ends):
        """The index of the far end of the operand beside the operator at `at`."""
        i = at + step
        while 0 <= i < len(self.tokens):
            text = self.tokens[i].text
            inward = text in (CLOSING if step > 0 else CLOSING.values())
            if inward and not (text in "{}" and step < 0):
                i = self.partner[i]
            elif text in ends or text in CLOSING or text in CLOSING.values():
                break
            i += step
        return i - step

    def span(self, first, last):
        return self.tokens[first].start, self.tokens[last].end

    def words(self, span):
        return " ".join(self.text[slice(*span)].split())

    def near(self, i):
        """Some words around a token, for the name of its mutant."""
        first, last = max(0, i - 2), min(len(self.tokens) - 1, i + 2)
        return " ".join(t.text for t in self.tokens[first:last + 1])

    def mutants(self, function):
        """The mutants of a function, with names that no two of them share."""
        seen = {}
        for rule, what, first, last, replacement in self.all_of(function):
            name = f"{self.file}: {function.name}: {rule} {what}"
            seen[name] = seen.get(name, 0) + 1
            yield Mutant(name if seen[name] < 2 else f"{name} ({seen[name]})", rule, first, last, replacement)

    def all_of(self, function):
        i = function.first + 1
        while i < function.last:
            t = self.tokens[i]
            if t.text in UNTOUCHED and self.tokens[i + 1].text == "(":
                i = self.partner[i + 1]
            else:
                yield from self.conditions(i)
                yield from self.operators(i)
                yield from self.constants(i)
                yield from self.statements(i)
            i += 1

    # ---- the rules: each yields (rule, what, first, last, replacement) ----

    def conditions(self, i):
        t, tokens = self.tokens[i], self.tokens
        after = tokens[i + 1].text
        if t.text in ("if", "while") and after == "(":
            yield from self.condition(self.span(i + 2, self.partner[i + 1] - 1), t.text == "if", "")
        elif t.text == "for" and after == "(":
            first, last = (j for j in range(i, self.partner[i + 1]) if tokens[j].text == ";")
            if last > first + 1:
                yield from self.condition(self.span(first + 1, last - 1), False, "")
        elif t.text == "?":
            yield from self.condition(self.span(self.operand(i, -1, ENDS), i - 1), True, "()")
        elif t.text in ("&&", "||"):
            ends = ENDS | {"&&", "||"}
            left, right = self.operand(i, -1, ends), self.operand(i, 1, ends)
            if tokens[left - 1].text not in ("&&", "||"):  # else it is that operator's right operand
                span = self.span(left, i - 1)
                yield "without", self.words(span), span[0], t.end, ""
            span = self.span(i + 1, right)
            yield "without", self.words(span), t.start, span[1], ""
        elif t.text in OPPOSITE:
            ends = ENDS | {"&&", "||"}
            left, right = self.operand(i, -1, ends), self.operand(i, 1, ends)
            span = self.span(left, right)
            if not self.is_extreme(left, i, right):
                yield "as", f"{self.words(span)} as {OPPOSITE[t.text]}", t.start, t.end, OPPOSITE[t.text]

    def is_extreme(self, left, i, right):
        """Whether this is `a < b ? a : b` or the like: of two equal values it does not matter which one is taken, unless
        they are zeros with different signs."""
        if self.tokens[i].text in ("==", "!=") or self.tokens[right + 1].text != "?":
            return False
        colon = self.operand(right + 1, 1, ENDS) + 1
        if self.tokens[colon].text != ":":
            return False
        ends = ENDS | OPPOSITE.keys() | {"&&", "||"}
        compared = {self.words(self.span(left, i - 1)), self.words(self.span(i + 1, right))}
        taken = {self.words(self.span(right + 2, colon - 1)),
                 self.words(self.span(colon + 1, self.operand(colon, 1, ends)))}
        return compared == taken and not any(re.match(r"0\b", words) for words in compared)

    def condition(self, span, always, around):
        text = self.text[slice(*span)]
        before, after = around or ("", "")
        yield "never", self.words(span), *span, f"{before}0 && ({text}){after}"
        if always:
            yield "always", self.words(span), *span, f"{before}1 || ({text}){after}"

    def operators(self, i):
        t, before = self.tokens[i], self.tokens[i - 1].text
        binary = before in (")", "]") or re.match(r"[\w.\"']", before) and before not in KEYWORDS
        if t.text in OPERATORS and (binary or t.text in ASSIGNMENTS) and not self.is_pointer(i):
            yield "operator", f"{self.near(i)} as {OPERATORS[t.text]}", t.start, t.end, OPERATORS[t.text]
        elif t.text == "-" and not binary:
            yield "sign", self.near(i), t.start, t.end, ""

    def is_pointer(self, i):
        """Whether this * belongs to a type: a declaration, a cast, or what sizeof names."""
        before, after = self.tokens[i - 1].text, self.tokens[i + 1].text
        if self.tokens[i].text not in ("*", "&"):
            return False
        begins = self.tokens[i - 2].text
        declares = re.match(r"[A-Za-z_]", before) and begins in (";", "{", "}", "const", "(", "struct", "static")
        return before in KEYWORDS or after in (")", ",", "const", "restrict", "*") or declares and \
            self.tokens[i].text == "*" and self.tokens[i + 2].text in ("=", ";", ",", "[", ")")

    def constants(self, i):
        t, tokens = self.tokens[i], self.tokens
        declares = tokens[i - 1].text == "[" and re.match(r"[A-Za-z_]|\*", tokens[i - 3].text) and \
            tokens[i - 3].text not in ("return", "case")
        if declares:
            return
        if NUMBER.match(t.text):
            yield "constant", f"{self.near(i)} + 1", t.start, t.end, f"({t.text} + 1)"
        elif REAL.match(t.text):
            zero = not re.search(r"[1-9]", t.text.lower().split("e")[0])
            what = f"({t.text} + 1)" if zero else f"({t.text} * 1.01f)" if t.text[-1] in "fF" else f"({t.text} * 1.01)"
            yield "constant", f"{self.near(i)} changed", t.start, t.end, what
        elif t.text in ("true", "false"):
            other = "false" if t.text == "true" else "true"
            yield "constant", f"{self.near(i)} as {other}", t.start, t.end, other

    def statements(self, i):
        t, tokens = self.tokens[i], self.tokens
        if t.text == "TRY" and tokens[i + 1].text == "(":
            last = self.partner[i + 1]
            yield "unchecked", self.words(self.span(i + 2, last - 1)), t.start, t.end, "(void)"
            yield "dropped", self.words(self.span(i, last)), *self.span(i, last), ""
        if not re.match(r"[A-Za-z_]\w*$", t.text) or t.text in KEYWORDS:
            return
        if t.text != "TRY" and self.begins_statement(i):
            yield from self.statement(i)
        if tokens[i + 1].text == "(" and t.text not in UNTOUCHED:
            yield from self.arguments(i + 1)

    def begins_statement(self, i):
        before = self.tokens[i - 1].text
        if before == ")":
            return self.tokens[self.partner[i - 1] - 1].text in ("if", "for", "while")
        return before in ("{", "}", "else") or before == ";" and not self.is_in_head_of_for(i)

    def is_in_head_of_for(self, i):
        i -= 1
        while self.tokens[i].text not in ("{", "}", "("):
            i -= 1
            if self.tokens[i].text in (")", "]"):
                i = self.partner[i] - 1
        return self.tokens[i].text == "(" and self.tokens[i - 1].text == "for"

    def statement(self, i):
        tokens, end = self.tokens, i
        while tokens[end].text not in (";", "{", "}"):
            end = self.partner[end] + 1 if tokens[end].text in ("(", "[") else end + 1
        if tokens[end].text != ";":
            return
        called = tokens[i + 1].text == "(" and self.partner[i + 1] == end - 1
        assigned = any(t.text in ASSIGNMENTS for t in tokens[i:end]) and tokens[i + 1].text != "*" and not \
            re.match(r"[A-Za-z_]", tokens[i + 1].text)
        if called and not RELEASING.fullmatch(tokens[i].text) or assigned:
            span = self.span(i, end - 1)
            yield "dropped", self.words(span), *span, ""

    def arguments(self, opening):
        """Neighbouring arguments that are one word or number each, or a member of something."""
        closing, parts, begun, i = self.partner[opening], [], opening + 1, opening + 1
        while i <= closing:
            if i == closing or self.tokens[i].text == ",":
                parts.append((begun, i - 1))
                begun = i + 1
            elif self.tokens[i].text in CLOSING:
                i = self.partner[i]
            i += 1
        for (a, b), (c, d) in zip(parts, parts[1:]):
            left, right = self.text[slice(*self.span(a, b))], self.text[slice(*self.span(c, d))]
            if left != right and all(re.fullmatch(r"-?[\w.>-]+", w) for w in (left, right)):
                between = self.text[self.tokens[b].end:self.tokens[c].start]
                yield "swapped", f"{left}, {right}", self.tokens[a].start, self.tokens[d].end, right + between + left

