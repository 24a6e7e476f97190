# Each folder of src/ is a module: a target gan_<name> that names the modules it uses, which must be defined
# before it. It sees only their headers, so that a dependency that points upwards or is not named does not
# compile.

# gan_module(<name> [USES <module>...] SOURCES <file>...)
function(gan_module name)
  cmake_parse_arguments(PARSE_ARGV 1 module "" "" "USES;SOURCES")
  add_library(gan_${name} OBJECT ${module_SOURCES})
  gan_see(gan_${name} ${name} ${module_USES})
  set_target_properties(gan_${name} PROPERTIES POSITION_INDEPENDENT_CODE ON C_VISIBILITY_PRESET hidden)
  target_link_libraries(gan_${name} PRIVATE gan_flags)
  set_property(GLOBAL APPEND PROPERTY GAN_MODULES ${name})
endfunction()

# Gives a target the headers of these modules. For "base/text.h" the build has a folder that contains
# only a link named base.
function(gan_see target)
  foreach(module IN LISTS ARGN)
    if(NOT TARGET gan_${module})
      message(FATAL_ERROR "${target} uses ${module}, which is not defined before it")
    endif()
    set(seen ${PROJECT_BINARY_DIR}/modules/${module})
    file(MAKE_DIRECTORY ${seen})
    file(CREATE_LINK ${PROJECT_SOURCE_DIR}/src/${module} ${seen}/${module} SYMBOLIC)
    target_include_directories(${target} PRIVATE ${seen})
  endforeach()
endfunction()
