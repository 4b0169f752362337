// The program: `cnn tour`, `cnn summary`, ...  Each command is a file in program/.
#include <iostream>

#include "common/base/error.hpp"
#include "common/machine/parallel.hpp"
#include "program/commands.hpp"

namespace {

/// What is wrong with arguments that the program could not read.
std::string wrong_arguments(const CLI::App& program, const CLI::ParseError& error, int count,
                            char** arguments) {
    const std::string first = count > 1 ? arguments[1] : "-";
    if (program.get_subcommands().empty() && !first.starts_with('-')) {
        std::string known;
        for (const CLI::App* command : program.get_subcommands({}))
            known += (known.empty() ? "" : ", ") + command->get_name();
        return "there is no command " + first + "; there are: " + known;
    }
    const std::string text = error.what();
    return text.substr(0, text.find('\n')) + "; `cnn --help` and `cnn COMMAND --help` say what there is";
}

/// Complains in one line, whatever the text holds.
int complain(const std::string& text, int status) {
    std::cerr << "cnn: " << text.substr(0, text.find('\n')) << '\n';
    return status;
}

}  // namespace

// Only a failing standard error can still throw, and then there is nobody left to tell.
int main(int count, char** arguments) {  // NOLINT(bugprone-exception-escape)
    CLI::App program{"Receptive: a book one can run.  CNNs for visual recognition, each idea twice.", "cnn"};
    program.require_subcommand(1);
    cnn::program::add_tour(program);
    cnn::program::add_summary(program);
    cnn::program::add_train(program);
    cnn::program::add_classify(program);
    cnn::program::add_explain(program);
    cnn::program::add_segment(program);
    cnn::program::add_filters(program);

    try {
        cnn::threads();  // a senseless $CNN_THREADS is refused before any work
        try {
            program.parse(count, arguments);
        } catch (const CLI::CallForHelp&) {
            std::cout << program.help();
        }
        std::cout.flush();
        cnn::require(std::cout.good(), "cannot write to standard output");
        return 0;
    } catch (const CLI::ParseError& error) {
        return complain(wrong_arguments(program, error, count, arguments), 2);
    } catch (const std::bad_alloc&) {
        return complain("out of memory", 1);
    } catch (const std::exception& error) {
        return complain(error.what(), 1);
    }
}
