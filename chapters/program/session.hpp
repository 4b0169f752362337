#pragma once
/// @file  The program as a user runs it: status, standard output, standard error, files.
#include <sys/wait.h>

#include <algorithm>
#include <cstdlib>
#include <string>

#include "common/files/temporary_folder.hpp"
#include "common/files/whole_file.hpp"
#include "common/testing/testing.hpp"

namespace cnn::session {

struct Outcome {
    int status = 0;
    std::string out, err;
};

/// One word for the shell, whatever stands in it: folders are called "it's here", too.
inline std::string shell_quoted(const std::filesystem::path& path) {
    std::string word = "'";
    for (const char letter : path.string()) word += letter == '\'' ? "'\\''" : std::string(1, letter);
    return word + '\'';
}

/// Runs a line of shell in this folder; $cnn is the program.
inline Outcome shell_in(const TemporaryFolder& folder, const std::string& line) {
    const TemporaryFolder answers;
    const std::string command = "cnn=" + shell_quoted(CNN_PROGRAM) + "; cd " + shell_quoted(folder.path()) +
                                " && { " + line + "; } >" + shell_quoted(answers / "out") + " 2>" +
                                shell_quoted(answers / "err");
    const int status = std::system(command.c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, read_whole(answers / "out"),
            read_whole(answers / "err")};
}

inline Outcome cnn_in(const TemporaryFolder& folder, const std::string& arguments) {
    return shell_in(folder, "\"$cnn\" " + arguments);
}

/// Wrong use: a status other than 0, nothing on standard output, one line on standard error, no file.
inline std::string complaint(const std::string& arguments, const std::string& before = "") {
    const TemporaryFolder folder;
    const Outcome outcome = shell_in(folder, before + " \"$cnn\" " + arguments);
    CAPTURE(arguments);
    CHECK(outcome.status > 0);
    CHECK(outcome.out == "");
    CHECK(outcome.err.starts_with("cnn: "));
    CHECK(std::ranges::count(outcome.err, '\n') == 1);
    CHECK(outcome.err.ends_with('\n'));
    CHECK(folder.files() == 0);
    return outcome.err.substr(0, outcome.err.size() - 1);
}

/// One part of a data set in the place of Fashion-MNIST: garment k is bright in its k-th three rows.
inline void write_garments(const TemporaryFolder& folder, const std::string& part, int count) {
    const auto header = [count](char rank) { return std::string{0, 0, 8, rank, 0, 0, 0, char(count)}; };
    std::string images = header(3) + std::string{0, 0, 0, 28, 0, 0, 0, 28}, labels = header(1);
    Random random(std::uint64_t(count) + 1);
    for (int i = 0; i < count; ++i) {
        labels += char(i % 10);
        for (int k = 0; k < 28 * 28; ++k) images += char(random.below(20) * (k / 28 / 3 == i % 10 ? 12 : 1));
    }
    write_whole(folder / (part + "-images-idx3-ubyte"), images);
    write_whole(folder / (part + "-labels-idx1-ubyte"), labels);
}

/// 60 images to train with, 20 to test.
inline void write_garments(const TemporaryFolder& folder) {
    write_garments(folder, "train", 60);
    write_garments(folder, "t10k", 20);
}

}  // namespace cnn::session
