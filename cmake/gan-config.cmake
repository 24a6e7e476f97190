# find_package(gan) defines the imported target gan::gan, which has no dependencies of its own.
include(${CMAKE_CURRENT_LIST_DIR}/gan-targets.cmake)
