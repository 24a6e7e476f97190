# Runs in cpack after a package was written: writes it again, so that it does not depend on when, where and by whom it
# was built.
execute_process(COMMAND ${CPACK_GAN_REPACK} ${CPACK_PACKAGE_FILES} RESULT_VARIABLE failed)
if(failed)
  message(FATAL_ERROR "${CPACK_GAN_REPACK} failed: ${failed}")
endif()
