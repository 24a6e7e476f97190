"""conan create builds the project's examples against the package and trains with them."""

import os

from conan import ConanFile
from conan.tools.build import can_run
from conan.tools.cmake import CMake, CMakeToolchain, cmake_layout


class TestGan(ConanFile):
    settings = "os", "arch", "compiler", "build_type"
    generators = "CMakeDeps"

    def requirements(self):
        self.requires(self.tested_reference_str)

    def layout(self):
        cmake_layout(self)

    def generate(self):
        toolchain = CMakeToolchain(self)
        toolchain.user_presets_path = False
        toolchain.generate()

    def build(self):
        cmake = CMake(self)
        cmake.configure(build_script_folder=os.path.join(self.recipe_folder, "..", "..", "..", "..", "examples"))
        cmake.build()

    def test(self):
        if not can_run(self):
            return
        package = self.dependencies["gan"].package_folder
        command = os.path.join(self.cpp.build.bindir, "train")
        data = os.path.join(package, "share", "gan", "mnist")
        self.run(f'"{command}" "{data}" 1 model.bin limit 256 batch 32', env="conanrun")
