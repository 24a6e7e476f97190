# Writes a C file that holds other files as arrays of bytes, listed in the table of src/report/page.h:
#
#     cmake -DOUTPUT=page.c -DFILES=a.html,b.js -DFOLDER=dir -P embed.cmake
string(REPLACE "," ";" FILES "${FILES}")
set(arrays "")
set(rows "")
set(number 0)
foreach(name IN LISTS FILES)
  file(READ ${FOLDER}/${name} hex HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
  # Lines of 20 bytes: compilers and people refuse endless ones.
  string(REPEAT "....." 20 line)
  string(REGEX REPLACE "(${line})" "\\1\n" bytes "${bytes}")
  string(APPEND arrays "static const unsigned char file_${number}[] = {\n${bytes}\n};\n")
  string(APPEND rows "    { \"${name}\", file_${number}, sizeof file_${number} },\n")
  math(EXPR number "${number} + 1")
endforeach()
file(WRITE ${OUTPUT} "/* Made by cmake/embed.cmake. */\n#include \"report/page.h\"\n\n${arrays}\n"
  "const page_file page_files[] = {\n${rows}    { 0 },\n};\n")
