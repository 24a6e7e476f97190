# find_package(gan): the imported target gan::gan, which needs nothing from whoever links it.
include(${CMAKE_CURRENT_LIST_DIR}/gan-targets.cmake)
