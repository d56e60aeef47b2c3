# The face of the build. Everything is built by meson; what is missing is installed by tools/setup (MASA_SETUP=no: it is not).
# docs/HACKING.md explains the targets.

BUILD = build
RELEASE = build-release
EXAMPLE = examples/heshbonit4u
FUZZ_SECONDS = 30

# The language of the demonstration: REPORT_LANG=he or en; without it, that of the terminal.
REPORT_LANG = $(if $(filter he% iw%,$(LC_ALL) $(LANG)),he,en)

all: setup
	tools/configure $(BUILD)
	ninja -C $(BUILD)

setup:
	tools/setup

# The program that is installed and measured, which takes two builds and a training: see tools/release.
release: setup
	tools/release $(RELEASE)

demo: setup
	tools/configure $(BUILD)
	ninja -C $(BUILD) masa
	tools/demo $(BUILD) $(EXAMPLE) $(REPORT_LANG)

test:
	tools/setup test
	tools/configure $(BUILD) -Dtests=enabled
	ninja -C $(BUILD)
	tools/run-tests $(BUILD)

# The tests of the compiled code again, with the compiler's sanitizers watching.
asan:
	tools/setup test
	tools/configure build-asan -Dtests=enabled -Dbuildtype=debugoptimized -Db_sanitize=address,undefined -Db_lundef=false
	ninja -C build-asan
	tools/run-tests build-asan --no-suite house --no-suite web --timeout-multiplier 5

tsan:
	tools/setup test
	tools/configure build-tsan -Dtests=enabled -Dbuildtype=debugoptimized -Db_sanitize=thread -Db_lundef=false
	ninja -C build-tsan
	TSAN_OPTIONS=suppressions=$(CURDIR)/test/tsan.txt \
	    setarch --addr-no-randomize tools/run-tests build-tsan --no-suite house --no-suite web --timeout-multiplier 10

coverage:
	tools/setup test develop
	tools/configure build-coverage -Dtests=enabled -Dbuildtype=debug -Db_coverage=true \
	    -Dc_args=-fprofile-update=atomic -Dcpp_args=-fprofile-update=atomic
	ninja -C build-coverage
	find build-coverage -name '*.gcda' -delete
	tools/run-tests build-coverage --no-suite house --no-suite web --timeout-multiplier 5
	gcovr --root . --filter src/ --exclude '.*_(test|bench|fuzz)\.c' --sort-percentage \
	    --html-details build-coverage/coverage.html --print-summary build-coverage
	@echo "The lines in colour: build-coverage/coverage.html"

fuzz:
	tools/setup develop
	CC=clang-14 CXX=clang++-14 tools/configure build-fuzz -Dfuzz=true -Dbuildtype=debugoptimized \
	    -Db_sanitize=address,undefined -Db_lundef=false
	ninja -C build-fuzz
	tools/fuzz build-fuzz $(FUZZ_SECONDS)

bench:
	tools/setup develop
	tools/release $(RELEASE)
	bench/install
	BUILD=$(RELEASE) bench/run
	BUILD=$(RELEASE) bench/ingest

# Puts the C and C++ sources into the one shape; `make tidy` says where they are not.
format:
	tools/setup test
	git ls-files -z '*.c' '*.h' '*.cpp' | xargs -0 clang-format-14 -i

tidy:
	tools/setup test
	tools/configure $(BUILD) -Dtests=enabled
	ninja -C $(BUILD)
	tools/run-tests $(BUILD) --suite house

install: release
	meson install -C $(RELEASE) --no-rebuild

clean:
	rm -rf build build-release build-asan build-tsan build-coverage build-fuzz web/dist

.PHONY: all setup release demo test asan tsan coverage fuzz bench format tidy install clean
