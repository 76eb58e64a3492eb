package io.qtau.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The commands of docs/standalone.md, in the order of the document. */
final class StandaloneGuide {
  private static final Path DOCUMENT = Path.of("../docs/standalone.md");
  private static final Pattern BLOCK =
      Pattern.compile("^( *)```bash\n(.*?)^ *```$", Pattern.DOTALL | Pattern.MULTILINE);

  private StandaloneGuide() {}

  /** Makes an instance; the names of places, which stand in front of all, come from the caller. */
  static String install() throws IOException {
    return String.join("", blocks().subList(1, 4));
  }

  /** The rest: starts it, uses it, stops it. */
  static String use() throws IOException {
    return String.join("", blocks().subList(4, 7));
  }

  private static List<String> blocks() throws IOException {
    List<String> blocks =
        BLOCK.matcher(Files.readString(DOCUMENT)).results().map(StandaloneGuide::text).toList();
    if (blocks.size() != 7) {
      throw new IOException(DOCUMENT + " has " + blocks.size() + " blocks of commands, not 7");
    }
    return blocks;
  }

  /** Without the indentation of the list that the block stands in. */
  private static String text(MatchResult block) {
    return block.group(2).replaceAll("(?m)^" + block.group(1), "");
  }
}
