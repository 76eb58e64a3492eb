package io.qtau.cli;

import java.util.List;
import java.util.Stack;
import picocli.CommandLine.IParameterConsumer;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** Takes the next word for a list's, whatever it is: also the name of one of our own options. */
final class AnyWord implements IParameterConsumer {
  @Override
  @SuppressWarnings("JdkObsolete") // Picocli's own.
  public void consumeParameters(Stack<String> words, ArgSpec option, CommandSpec command) {
    if (words.isEmpty()) {
      throw new ParameterException(
          command.commandLine(),
          "Missing required parameter for option '" + ((OptionSpec) option).longestName() + "'");
    }
    List<String> values = option.getValue();
    values.add(words.pop());
  }
}
