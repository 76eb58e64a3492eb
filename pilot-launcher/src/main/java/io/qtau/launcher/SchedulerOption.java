package io.qtau.launcher;

import io.qtau.protocol.InvalidField;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A user's option for the scheduler: {@code --constraint=gpu}, {@code -C gpu} or the whole line
 * {@code #SBATCH --constraint=gpu}. It becomes words of the submit command's argument list.
 */
final class SchedulerOption {
  private static final String FIELD = "scheduler_script_commands";

  /** These would make something else of the submission than one pilot. */
  private static final Set<String> SLURM_NOT =
      Set.of(
          "-a", "--array", "--wrap", "-W", "--wait", "--parsable", "--test-only", "-H", "--hold");

  private static final Set<String> PBS_NOT = Set.of("-J", "-t", "-I", "-h", "--");

  private SchedulerOption() {}

  /**
   * The words of a line.
   *
   * @throws InvalidField when it is no option, or not one for this resource
   */
  static List<String> words(String line, ResourceUrl resource) {
    if (!resource.isBatch()) {
      throw new InvalidField(FIELD, "there is no scheduler on " + resource + ": '" + line + "'");
    }
    String mark = resource.isSlurm() ? "#SBATCH" : "#PBS";
    String rest = line.strip();
    if (rest.startsWith("#")) {
      if (!rest.matches(mark + "\\s.*")) {
        throw new InvalidField(
            FIELD, "'" + line + "' is no option for " + resource + ": that begins with " + mark);
      }
      rest = rest.substring(mark.length());
    }
    List<String> words = split(rest);
    if (words.isEmpty() || !words.get(0).startsWith("-")) {
      throw new InvalidField(FIELD, "'" + line + "' is no option: that begins with '-'");
    }
    String option = words.get(0).split("=", 2)[0];
    if ((resource.isSlurm() ? SLURM_NOT : PBS_NOT).contains(option)) {
      throw new InvalidField(FIELD, option + " would not submit one pilot; leave it out");
    }
    return words;
  }

  /** Splits at blanks, as a shell does: quotes and backslashes hold words together. */
  private static List<String> split(String text) {
    List<String> words = new ArrayList<>();
    StringBuilder word = null;
    char quote = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean inWord = quote != 0 || !Character.isWhitespace(c);
      if (inWord && word == null) {
        word = new StringBuilder();
      }
      if (word == null) {
        continue;
      }
      if (!inWord) {
        words.add(word.toString());
        word = null;
      } else if (c == quote) {
        quote = 0;
      } else if (quote == 0 && (c == '\'' || c == '"')) {
        quote = c;
      } else if (c == '\\' && quote != '\'' && i + 1 < text.length()) {
        word.append(text.charAt(++i));
      } else {
        word.append(c);
      }
    }
    if (quote != 0) {
      throw new InvalidField(
          FIELD, "the quote " + quote + " is not closed: '" + text.strip() + "'");
    }
    if (word != null) {
      words.add(word.toString());
    }
    return words;
  }
}
