package io.qtau.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One pass through files of the form of {@code ssh_config(5)}, for one host. */
final class SshConfigFiles {
  private static final int DEPTH = 16;
  private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|([^\\s\"]+)");
  private static final Pattern LINE = Pattern.compile("([A-Za-z0-9]+)(?:\\s*=\\s*|\\s+)(.*)");

  private final Path home;
  private final String host;
  private final Map<String, List<String>> lines = new LinkedHashMap<>();

  SshConfigFiles(Path home, String host) {
    this.home = home;
    this.host = host;
  }

  /** Reads a file, if it is there, and those that it includes. */
  void file(Path file, Path directory, int depth) throws IOException {
    if (!Files.isRegularFile(file) || depth > DEPTH) {
      return;
    }
    boolean applies = true;
    for (String text : Files.readAllLines(file)) {
      Matcher line = LINE.matcher(text.strip());
      if (!line.matches()) {
        continue; // Empty, or a comment.
      }
      String key = line.group(1).toLowerCase(Locale.ROOT);
      List<String> words = wordsOf(line.group(2));
      switch (key) {
        case "host" -> applies = matches(words);
        case "match" -> applies = holds(words);
        case "include" -> {
          for (String pattern : applies ? words : List.<String>of()) {
            for (Path included : found(pattern, directory)) {
              file(included, directory, depth + 1);
            }
          }
        }
        default -> {
          if (applies && !words.isEmpty()) {
            lines.computeIfAbsent(key, k -> new ArrayList<>()).add(line.group(2));
          }
        }
      }
    }
  }

  private static List<String> wordsOf(String text) {
    List<String> words = new ArrayList<>();
    Matcher word = WORD.matcher(text);
    while (word.find()) {
      words.add(word.group(1) == null ? word.group(2) : word.group(1));
    }
    return words;
  }

  /** One pattern fits, and none that begins with an exclamation mark. */
  private boolean matches(List<String> patterns) {
    boolean fits = false;
    for (String pattern : patterns) {
      boolean not = pattern.startsWith("!");
      if (globs(not ? pattern.substring(1) : pattern, host)) {
        if (not) {
          return false;
        }
        fits = true;
      }
    }
    return fits;
  }

  private boolean holds(List<String> conditions) {
    if (conditions.equals(List.of("all"))) {
      return true;
    }
    boolean byHost =
        conditions.size() == 2 && List.of("host", "originalhost").contains(conditions.get(0));
    return byHost && matches(List.of(conditions.get(1).split(",")));
  }

  private static boolean globs(String pattern, String name) {
    String regex =
        pattern
            .chars()
            .mapToObj(
                c ->
                    switch (c) {
                      case '*' -> ".*";
                      case '?' -> ".";
                      default -> Pattern.quote(Character.toString(c));
                    })
            .collect(Collectors.joining());
    return name.matches("(?i)" + regex);
  }

  private List<Path> found(String pattern, Path directory) throws IOException {
    Path path =
        pattern.startsWith("~/")
            ? home.resolve(pattern.substring(2))
            : directory.resolve(pattern).normalize();
    Path parent = path.getParent();
    Path name = path.getFileName();
    if (parent == null || name == null || !Files.isDirectory(parent)) {
      return List.of();
    }
    List<Path> found = new ArrayList<>();
    try (var children = Files.newDirectoryStream(parent, name.toString())) {
      children.forEach(found::add);
    }
    found.sort(null);
    return found;
  }

  @Nullable String first(String key) {
    List<String> all = all(key);
    return all.isEmpty() ? null : all.get(0);
  }

  String value(String key, String otherwise) {
    String first = first(key);
    return first == null ? otherwise : first;
  }

  /** The first word of each line. */
  List<String> all(String key) {
    return lines.getOrDefault(key, List.of()).stream().map(l -> wordsOf(l).get(0)).toList();
  }

  /** All words of the first line. */
  List<String> words(String key) {
    List<String> all = lines.getOrDefault(key, List.of());
    return all.isEmpty() ? List.of() : wordsOf(all.get(0));
  }
}
