# A folder of src/ is a module: a target gan_<name> that names the modules it uses, which have to be there
# before it. It sees the headers of these and no others, so that an arrow which points up, or one that is
# not named, does not build.

# gan_module(<name> [USES <module>...] SOURCES <file>...)
function(gan_module name)
  cmake_parse_arguments(PARSE_ARGV 1 module "" "" "USES;SOURCES")
  add_library(gan_${name} OBJECT ${module_SOURCES})
  gan_see(gan_${name} ${name} ${module_USES})
  set_target_properties(gan_${name} PROPERTIES POSITION_INDEPENDENT_CODE ON C_VISIBILITY_PRESET hidden)
  target_link_libraries(gan_${name} PRIVATE gan_flags)
  set_property(GLOBAL APPEND PROPERTY GAN_MODULES ${name})
endfunction()

# Gives a target the headers of these modules. "base/text.h" is found in a folder of the build that holds
# nothing but a link named base.
function(gan_see target)
  foreach(module IN LISTS ARGN)
    if(NOT TARGET gan_${module})
      message(FATAL_ERROR "${target} uses ${module}, which does not stand below it")
    endif()
    set(seen ${PROJECT_BINARY_DIR}/modules/${module})
    file(MAKE_DIRECTORY ${seen})
    file(CREATE_LINK ${PROJECT_SOURCE_DIR}/src/${module} ${seen}/${module} SYMBOLIC)
    target_include_directories(${target} PRIVATE ${seen})
  endforeach()
endfunction()
