"""Conan 2 recipe of libgan: conan create scripts/packaging/conan --build=missing"""

import os
import re

from conan import ConanFile
from conan.tools.cmake import CMake, CMakeDeps, CMakeToolchain, cmake_layout
from conan.tools.files import copy, load


class Gan(ConanFile):
    name = "gan"
    description = "Train, watch and sample generative adversarial networks"
    license = "MIT"
    topics = ("gan", "machine-learning", "image-generation")
    package_type = "shared-library"
    settings = "os", "arch", "compiler", "build_type"
    requires = "zlib/[>=1.2.11 <2]", "libpng/[>=1.6 <2]", "utf8proc/[>=2.8 <3]"

    @property
    def _source(self):
        return os.path.join(self.recipe_folder, "..", "..", "..")

    def set_version(self):
        text = load(self, os.path.join(self._source, "CMakeLists.txt"))
        self.version = re.search(r"project\(gan VERSION ([0-9.]+)", text).group(1)

    def export_sources(self):
        for pattern in "CMakeLists.txt", "LICENSE", "CHANGELOG.md", "cmake/*", "data/*", "docs/gan.*", "include/*", "src/*":
            copy(self, pattern, src=self._source, dst=self.export_sources_folder)

    def configure(self):
        self.settings.rm_safe("compiler.cppstd")
        self.settings.rm_safe("compiler.libcxx")

    def layout(self):
        cmake_layout(self)

    def generate(self):
        toolchain = CMakeToolchain(self)
        toolchain.cache_variables["GAN_TESTS"] = False
        toolchain.cache_variables["GAN_PICTURES"] = False  # CMake would find the system's libraries
        toolchain.generate()
        dependencies = CMakeDeps(self)
        # CMakeLists.txt knows this library by the names of its own cmake/FindUtf8proc.cmake.
        dependencies.set_property("utf8proc", "cmake_file_name", "Utf8proc")
        dependencies.set_property("utf8proc", "cmake_target_name", "Utf8proc::Utf8proc")
        dependencies.generate()

    def build(self):
        cmake = CMake(self)
        cmake.configure()
        cmake.build()

    def package(self):
        CMake(self).install()
        copy(self, "LICENSE", src=self.source_folder, dst=os.path.join(self.package_folder, "licenses"))

    def package_info(self):
        self.cpp_info.libs = ["gan"]
        self.cpp_info.set_property("cmake_file_name", "gan")
        self.cpp_info.set_property("cmake_target_name", "gan::gan")
        self.cpp_info.set_property("pkg_config_name", "gan")
