# Packages of what `cmake --install` puts in place: `cpack -G TGZ` and `cpack -G DEB`, in the build folder.

set(CPACK_PACKAGE_NAME gan)
set(CPACK_PACKAGE_VENDOR "the gan authors")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "Train, watch and sample generative adversarial networks")
set(CPACK_PACKAGE_DESCRIPTION
  "A command-line program that trains generators of pictures from a folder of
pictures, draws samples, measures and exports them, on the CPU and with the
same bytes on every machine. Includes the MNIST digits and the library libgan
with its C header.")
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_STRIP_FILES ON)
# Every file of a package has this time, or that of SOURCE_DATE_EPOCH; it changes with the version.
set(CPACK_GAN_TIME 1793491200) # 2026-11-01, in the past: tar and make warn of other times
set(CPACK_PRE_BUILD_SCRIPTS ${PROJECT_SOURCE_DIR}/cmake/package-before.cmake)
set(CPACK_POST_BUILD_SCRIPTS ${PROJECT_SOURCE_DIR}/cmake/package-after.cmake)
set(CPACK_GAN_REPACK ${PROJECT_SOURCE_DIR}/scripts/packaging/repack)
set(CPACK_GENERATOR TGZ)
set(CPACK_PACKAGE_FILE_NAME ${PROJECT_NAME}-${PROJECT_VERSION}-${CMAKE_SYSTEM_NAME}-${CMAKE_SYSTEM_PROCESSOR})

# ---- Debian ----

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS_POLICY ">=")
if(NOT CPACK_DEBIAN_PACKAGE_MAINTAINER)
  set(CPACK_DEBIAN_PACKAGE_MAINTAINER "the gan authors <gan-authors@users.noreply.github.com>")
endif()
# libtiff is loaded when it is needed, so that dpkg-shlibdeps does not see it.
if(tiff_name)
  string(REPLACE ".so." "" tiff_package ${tiff_name})
  set(CPACK_DEBIAN_PACKAGE_RECOMMENDS ${tiff_package})
endif()
set(CPACK_GAN_MAINTAINER ${CPACK_DEBIAN_PACKAGE_MAINTAINER})
file(WRITE ${PROJECT_BINARY_DIR}/triggers "activate-noawait ldconfig\n")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${PROJECT_BINARY_DIR}/triggers)

# ---- sources ----

set(CPACK_SOURCE_GENERATOR TGZ)
set(CPACK_SOURCE_PACKAGE_FILE_NAME ${PROJECT_NAME}-${PROJECT_VERSION})
set(CPACK_SOURCE_IGNORE_FILES "/\\\\.git(/|$)" "/build[^/]*/" "/out[^/]*/" "/__pycache__/")

include(CPack)
