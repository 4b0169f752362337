// The options of `cnn train transfer`.
#include "program/commands.hpp"
#include "program/transfer.hpp"

namespace cnn::program {

void add_transfer(CLI::App& train) {
    auto wish = std::make_shared<TransferWish>();
    CLI::App* command = train.add_subcommand(
        "transfer",
        "teach a trained network the classes of your own pictures; goes on where it was interrupted");
    command->add_option("--images", wish->images, "pictures, one folder a class, at least ten in each")
        ->type_name("FOLDER");
    command->add_option("--net", wish->net, "whose features are used")
        ->type_name("NET")
        ->capture_default_str();
    command->add_option("--weights", wish->weights, "its weights (data/NET.safetensors)")->type_name("FILE");
    command->add_option("--out", wish->out, "folder of weights, log and figures")
        ->type_name("FOLDER")
        ->capture_default_str();
    command->add_option("--epochs", wish->epochs, "how often to see every picture's features")
        ->type_name("N");
    command->add_option("--rate", wish->rate, "length of the first steps (from the features' lengths)")
        ->type_name("X");
    command->add_option("--seed", wish->seed, "of the pictures held out, first weights and order")
        ->type_name("N")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    command->add_flag("--replace", wish->replace, "write over what an earlier training wrote");
    command->add_flag("--json", wish->json, "one JSON object on standard output and nothing else");
    command->add_flag("--experiment", wish->experiment,
                      "repeat chapter 24's experiment instead: on garments, or with --data and --weights on "
                      "photographs");
    command->add_option("--data", wish->data, "CIFAR-10's folder, for the experiment")->type_name("FOLDER");
    add_threads(*command);
    command->callback([wish] { wish->experiment ? transfer_experiment(*wish) : transfer(*wish); });
}

}  // namespace cnn::program
