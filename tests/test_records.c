/* tests/test_records.c - CSV and JSON Lines are read as Python reads them.
 *
 * The records and members of the tables are those that Python 3.11 prints for the same text
 * (csv.reader with strict=True, without the empty rows that it has for empty lines; json.loads with
 * parse_int and parse_float that keep the text). It refuses what the second table of JSON has, too,
 * except for NaN and halves of surrogate pairs, which RFC 8259 and UTF-8 do not have.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include "base/text.h"
#include "format/csv.h"
#include "format/jsonl.h"
#include "place.h"

static void write_bytes(const char *path, const char *bytes, size_t n)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, n, f), n);
    assert_int_equal(fclose(f), 0);
}

static void write_text(const char *path, const char *s)
{
    write_bytes(path, s, strlen(s));
}

/* ---- CSV ---- */

static const struct {
    const char *file, *records; /* "field|field/field|field" */
} csv_files[] = {
    { "a,b\n1,2\n", "a|b/1|2" },
    { "a,b\r\n1,2", "a|b/1|2" },
    { "a", "a" },
    { "\n\na\n\n\r\nb\n", "a/b" },
    { "a,\n,b\n", "a|/|b" },
    { "\"a\",\"b, c\"\n\"\"\"\",d\n", "a|b, c/\"|d" },
    { "\"x\ny\",z\n1,2\n", "x\ny|z/1|2" },
    { "\"x\r\ny\",z\r\n\"\",\"\"\r\n", "x\r\ny|z/|" },
    { "a b ,\tc\n", "a b |\tc" },
    { "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80,b\n", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80|b" },
    { "\"\"\n", "" },
    { "\"\"", "" },
    { "a,\"b\"", "a|b" },
    { "a,\"b\"\"\"", "a|b\"" },
    { "a,\"b\"\r\n", "a|b" },
    { "\",\"\n\"a\"\"b\"\n", ",/a\"b" },
    { "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18\n",
      "1|2|3|4|5|6|7|8|9|10|11|12|13|14|15|16|17|18" },
    { "'a',b\n", "'a'|b" },
    { "a;b\n", "a;b" },
};

static void csv_is_read_as_Python_reads_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof csv_files / sizeof *csv_files; i++) {
        text t = { 0 };
        csv_file f;
        write_text("a.csv", csv_files[i].file);
        assert_ok(csv_open(&f, "a.csv"));
        for (int n = 0;; n++) {
            assert_ok(csv_next(&f));
            if (f.count == 0)
                break;
            text_add(&t, "%s", n > 0 ? "/" : "");
            for (int k = 0; k < f.count; k++)
                text_add(&t, "%s%s", k > 0 ? "|" : "", f.fields[k]);
        }
        assert_string_equal(t.data, csv_files[i].records);
        csv_close(&f);
        text_free(&t);
    }
}

/* The lines are those where an editor shows the mistake. */
static void bad_csv_is_refused_with_its_line(void **state)
{
    static const struct {
        const char *file, *message;
    } bad[] = {
        { "a\n\"b", "a.csv:2: the field that begins with a quote" },
        { "a\n\"x\ny\n\nz", "a.csv:2: the field that begins with a quote" },
        { "a\n\"x\ny\"z\n", "a.csv:3: expected a comma after the quote" },
        { "a\n\"x\"\r", "a.csv:2: expected a comma after the quote" },
        { "a\nb\"c\n", "a.csv:2: has a quote in a field" },
        { "a\n\nb\rc\n", "a.csv:3: has a carriage return without a line feed" },
        { "a,b\n\"x\ny\",z\nc\n", "a.csv:4: has 1 field, expected 2" },
        { "a\n1,2,3\n", "a.csv:2: has 3 fields, expected 1" },
        { "a\n\xff\n", "a.csv:2: expected UTF-8" },
        { "a\n\xc3\n", "a.csv:2: expected UTF-8" },
        { "a\r\nb\r\n\xff\r\n", "a.csv:3: expected UTF-8" },
        { "a\r\n\r\n\"x\r\ny\"z\r\n", "a.csv:4: expected a comma after the quote" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        csv_file f;
        status s = STATUS_OK;
        write_text("a.csv", bad[i].file);
        assert_ok(csv_open(&f, "a.csv"));
        while (s == STATUS_OK) {
            s = csv_next(&f);
            assert_true(s != STATUS_OK || f.count > 0);
        }
        assert_fails(s, STATUS_FORMAT, bad[i].message);
        csv_close(&f);
    }
    csv_file none;
    assert_fails(csv_open(&none, "none.csv"), STATUS_IO, "none.csv");
}

/* A text of C ends there: what is behind it would be lost in silence. */
static void a_nul_in_csv_is_refused_wherever_it_stands(void **state)
{
    static const char plain[] = "a,b\n12,34\n", quoted[] = "a,b\n\"1\",\"3\"\n";
    (void)state;
    for (int i = 0; i < 2; i++) {
        const char *whole = i == 0 ? plain : quoted;
        for (size_t at = 4; at + 1 < strlen(whole); at++) {
            char bytes[32];
            csv_file f;
            strcpy(bytes, whole);
            if (bytes[at] == ',' || bytes[at] == '"')
                continue;
            bytes[at] = 0;
            write_bytes("a.csv", bytes, strlen(whole));
            assert_ok(csv_open(&f, "a.csv"));
            assert_ok(csv_next(&f));
            assert_fails(csv_next(&f), STATUS_FORMAT, "a.csv:2: has a NUL");
            csv_close(&f);
        }
    }
}

/* ---- JSON ---- */

static const struct {
    const char *line, *members; /* s: a string, n: a number, l: strings, o: another value */
} objects[] = {
    { "{}", "" },
    { " { } ", "" },
    { "{\"a\":\"b\"}", "a=s(b);" },
    { "{\"a\": \"x\\ny\\t\\\"\\\\\\/\\b\\f\\r\"}", "a=s(x\ny\t\"\\/\x08\x0c\r);" },
    { "{\"a\":\"\\u00e9\\u20aC\\ud83d\\ude00\"}", "a=s(\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80);" },
    { "{\"a\":\"\\u007f\\u0080\\u07ff\\u0800\\uffff\\ud800\\udc00\\udbff\\udfff\"}",
      "a=s(\x7f\xc2\x80\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf\xf0\x90\x80\x80\xf4\x8f\xbf\xbf);" },
    { "{\"a\":1,\"b\":-0.5e+10,\"c\":0,\"d\":1E-2,\"e\":-12.25}",
      "a=n(1);b=n(-0.5e+10);c=n(0);d=n(1E-2);e=n(-12.25);" },
    { "{\"a\":[\"x\",\"y\"],\"b\":[],\"c\":[\"x\",1],\"d\":[[]],\"e\":{\"a\":\"b\",\"a\":[null]}}",
      "a=l(x|y);b=l();c=o;d=o;e=o;" },
    { "{\"a\":true,\"b\":false,\"c\":null,\"d\":\"n\"}", "a=o;b=o;c=o;d=s(n);" },
    { "\t{ \"a\" :\t[ \"x\" , \"y\" ] ,\"b\" : 2 }\r", "a=l(x|y);b=n(2);" },
    { "{\"\":\"\", \"\\u0041\":\"a\", \"a\":\"A\"}", "=s();A=s(a);a=s(A);" },
    { "{\"a\":\"\xc3\xa9\xe2\x82\xac\"}", "a=s(\xc3\xa9\xe2\x82\xac);" },
    { "{\"a\":[1,[2,{\"b\":[{}]}]],\"z\":\"end\"}", "a=o;z=s(end);" },
    { "{\"b\":{},\"z\":\"end\"}", "b=o;z=s(end);" },
    { "{\"n\":12}", "n=n(12);" },
    { "{\"n\":0.0}", "n=n(0.0);" },
};

static const char *const refused[] = { "",
                                       "x",
                                       "[]",
                                       "{\"a\"}",
                                       "{\"a\":}",
                                       "{\"a\":1,}",
                                       "{\"a\":1",
                                       "{\"a\":1}}",
                                       "{\"a\":1} x",
                                       "{\"a\" 1}",
                                       "{\"a\":01}",
                                       "{\"a\":1.}",
                                       "{\"a\":.5}",
                                       "{\"a\":-}",
                                       "{\"a\":1e}",
                                       "{\"a\":1e+}",
                                       "{\"a\":+1}",
                                       "{\"a\":tru}",
                                       "{\"a\":truex}",
                                       "{\"a\":\"\\x\"}",
                                       "{\"a\":\"\\u12g4\"}",
                                       "{\"a\":\"\\u123\"}",
                                       "{\"a\":\"\\ud800\"}",
                                       "{\"a\":\"\\udc00\"}",
                                       "{\"a\":\"\\ud800\\u0041\"}",
                                       "{\"a\":\"\\ud800\\udbff\"}",
                                       "{\"a\":\"x}",
                                       "{\"a\":\"\\",
                                       "{\"a\":\"\t\"}",
                                       "{a:1}",
                                       "{'a':1}",
                                       "{\"a\":[1 2]}",
                                       "{\"a\":[1,]}",
                                       "{\"a\":[1}",
                                       "{\"a\":{\"b\":1,}}",
                                       "{\"a\":{\"b\" 1}}",
                                       "{\"a\":{1:2}}",
                                       "{\"a\":[\"x\" \"y\"]}",
                                       "{\"a\":1 \"b\":2}",
                                       "{\"a\":1;\"b\":2}",
                                       "{\"a\":0x1}",
                                       "{\"a\":NaN}",
                                       "{\"a\":1e5.5}",
                                       "{\"a\":[tru]}",
                                       "{\"a\":[-]}" };

static status read_line(jsonl_object *o, char copy[256], const char *line)
{
    assert_true(strlen(line) < 256);
    snprintf(copy, 256, "%s", line);
    return jsonl_read(o, copy, "a:1");
}

static void add_member(text *t, const jsonl_object *o, const jsonl_member *m)
{
    static const char kinds[] = {
        [JSONL_STRING] = 's', [JSONL_NUMBER] = 'n', [JSONL_STRINGS] = 'l'
    };
    if (m->kind == JSONL_OTHER) {
        text_add(t, "%s=o;", m->key);
        return;
    }
    text_add(t, "%s=%c(", m->key, kinds[m->kind]);
    for (int k = 0; k < m->count; k++)
        text_add(t, "%s%s", k > 0 ? "|" : "", o->values[m->first + k]);
    text_add(t, ");");
}

static void an_object_has_the_members_that_Python_finds(void **state)
{
    char copy[256];
    (void)state;
    for (size_t i = 0; i < sizeof objects / sizeof *objects; i++) {
        text t = { 0 };
        jsonl_object o;
        assert_ok(read_line(&o, copy, objects[i].line));
        text_add(&t, "%s", "");
        for (int k = 0; k < o.count; k++)
            add_member(&t, &o, &o.members[k]);
        assert_string_equal(t.data, objects[i].members);
        jsonl_free(&o);
        text_free(&t);
    }
}

static void what_is_no_object_is_refused(void **state)
{
    char copy[256];
    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        jsonl_object o;
        if (read_line(&o, copy, refused[i]) == STATUS_OK)
            fail_msg("%s is read", refused[i]);
        assert_null(o.members);
    }
}

/* The bytes are counted by hand, from 1. */
static void a_mistake_in_an_object_is_refused_with_its_byte(void **state)
{
    static const struct {
        const char *line, *message;
    } bad[] = {
        { "[]", "a:1: expected an object, { at byte 1" },
        { "{\"a\":1,}", "a:1: expected a string at byte 8" },
        { "{\"a\" 1}", "a:1: expected a colon at byte 6" },
        { "{\"a\":[1 2]}", "a:1: expected a comma or ] at byte 9" },
        { "{\"a\":[[1 2]]}", "a:1: expected a comma or ] at byte 10" },
        { "{\"a\":{\"b\" 1}}", "a:1: expected a colon at byte 11" },
        { "{\"a\":{\"b\":1;}}", "a:1: expected a comma or } at byte 12" },
        { "{\"a\":1} x", "a:1: expected the end of the line after the object at byte 9" },
        { "{\"a\":\"\\u12g4\"}", "a:1: expected four hex digits after \\u at byte 9" },
        { "{\"a\":\"\\u0000\"}", "a:1: expected no NUL in a string" },
        { "{\"a\":\"\\ud800x\"}", "a:1: expected a pair of surrogates after \\u at byte 9" },
        { "{\"a\":\"\\ud800\\udbff\"}", "a:1: expected a pair of surrogates after \\u at byte 9" },
        { "{\"a\":\"\\udbff\\ue000\"}", "a:1: expected a pair of surrogates after \\u at byte 9" },
        { "{\"a\":\"b", "a:1: expected the quote that ends a string at byte 8" },
        { "{\"a\":\"\x1f\"}", "a:1: expected no control character in a string" },
        { "{\"a\":1,\"\\u0061\":2}", "a:1: has \"a\" twice" },
    };
    char copy[256];
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        jsonl_object o;
        assert_fails(read_line(&o, copy, bad[i].line), STATUS_FORMAT, bad[i].message);
    }
}

/* What comes after the NUL in the same memory is no part of a line. */
static void a_line_that_a_nul_cuts_off_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof objects / sizeof *objects; i++) {
        size_t whole = strlen(objects[i].line);
        while (objects[i].line[whole - 1] != '}')
            whole--;
        for (size_t n = 0; n < whole; n++) {
            char line[256];
            jsonl_object o;
            snprintf(line, sizeof line, "%s", objects[i].line);
            line[n] = 0;
            if (jsonl_read(&o, line, "a:1") == STATUS_OK)
                fail_msg("the first %zu bytes of %s are read", n, objects[i].line);
        }
    }
}

/* RFC 8259, section 7: a string may contain all but quotes, backslashes and control characters. */
static void a_string_keeps_every_byte_that_needs_no_escape(void **state)
{
    (void)state;
    for (int byte = 1; byte < 256; byte++) {
        char line[16], value[] = { 'x', (char)byte, 'y', 0 };
        jsonl_object o;
        snprintf(line, sizeof line, "{\"a\":\"%s\"}", value);
        if (byte == '"' || byte == '\\')
            continue;
        status s = jsonl_read(&o, line, "a:1");
        assert_int_equal(s, byte < 0x20 ? STATUS_FORMAT : STATUS_OK);
        if (s == STATUS_OK)
            assert_string_equal(o.values[o.members[0].first], value);
        jsonl_free(&o);
    }
}

/* {"a":[1,[[...]]]}: the first array is the member's own, so so many more fit. */
static status read_nested(int depth)
{
    char line[512] = "{\"a\":[1,";
    jsonl_object o;
    for (int i = 0; i < depth; i++)
        strcat(line, i % 2 ? "{\"b\":" : "[");
    strcat(line, "1");
    for (int i = depth; i > 0; i--)
        strcat(line, (i - 1) % 2 ? "}" : "]");
    strcat(line, "]}");
    status s = jsonl_read(&o, line, "a:1");
    jsonl_free(&o);
    return s;
}

static void objects_are_as_deep_and_as_long_as_stated_and_no_more(void **state)
{
    static char line[32 * JSONL_MOST_MEMBERS];
    (void)state;
    assert_ok(read_nested(JSONL_DEEPEST));
    assert_fails(read_nested(JSONL_DEEPEST + 1), STATUS_FORMAT, "fewer arrays and objects");
    for (int extra = 0; extra < 2; extra++) {
        jsonl_object o;
        size_t n = 0;
        for (int i = 0; i < JSONL_MOST_MEMBERS + extra; i++)
            n += (size_t)sprintf(line + n, "%c\"%d\":%d", i > 0 ? ',' : '{', i, i);
        strcpy(line + n, "}");
        status s = jsonl_read(&o, line, "a:1");
        assert_int_equal(s, extra ? STATUS_FORMAT : STATUS_OK);
        assert_int_equal(o.count, extra ? 0 : JSONL_MOST_MEMBERS);
        if (!extra)
            assert_string_equal(o.values[jsonl_find(&o, "1023")->first], "1023");
        jsonl_free(&o);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(csv_is_read_as_Python_reads_it),
        cmocka_unit_test(bad_csv_is_refused_with_its_line),
        cmocka_unit_test(a_nul_in_csv_is_refused_wherever_it_stands),
        cmocka_unit_test(an_object_has_the_members_that_Python_finds),
        cmocka_unit_test(what_is_no_object_is_refused),
        cmocka_unit_test(a_mistake_in_an_object_is_refused_with_its_byte),
        cmocka_unit_test(a_line_that_a_nul_cuts_off_is_refused),
        cmocka_unit_test(a_string_keeps_every_byte_that_needs_no_escape),
        cmocka_unit_test(objects_are_as_deep_and_as_long_as_stated_and_no_more),
    };
    return cmocka_run_group_tests(tests, place_enter, place_leave);
}
