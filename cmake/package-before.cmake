# Runs in cpack before a package is written. Sets its time; for a .deb, compresses the manual page and adds the Debian
# changelog, as Debian's policy wants them.
if(NOT DEFINED ENV{SOURCE_DATE_EPOCH})
  set(ENV{SOURCE_DATE_EPOCH} ${CPACK_GAN_TIME})
endif()
if(NOT CPACK_GENERATOR STREQUAL "DEB")
  return()
endif()
set(share ${CPACK_TEMPORARY_DIRECTORY}/${CPACK_PACKAGING_INSTALL_PREFIX}/share)
string(TIMESTAMP date "%a, %d %b %Y %H:%M:%S +0000" UTC) # that of SOURCE_DATE_EPOCH
file(WRITE ${share}/doc/gan/changelog.Debian
  "gan (${CPACK_PACKAGE_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE}) unstable; urgency=medium\n\n"
  "  * Built by cpack from the project's sources; CHANGELOG.md lists what is new.\n\n"
  " -- ${CPACK_GAN_MAINTAINER}  ${date}\n")
execute_process(
  COMMAND gzip -9nf ${share}/man/man1/gan.1 ${share}/doc/gan/changelog.Debian ${share}/doc/gan/changelog
  RESULT_VARIABLE failed)
if(failed)
  message(FATAL_ERROR "gzip could not compress the manual page and the changelogs: ${failed}")
endif()
