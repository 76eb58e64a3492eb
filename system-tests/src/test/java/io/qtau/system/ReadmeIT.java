package io.qtau.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program of the README is compiled and run as it stands there. */
class ReadmeIT {
  @TempDir Path home;
  @TempDir Path work;

  @Test
  void theProgramOfTheReadmePrintsItsHello() throws Exception {
    Matcher program =
        Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(Path.of("../README.md")));
    assertThat(program.find()).isTrue();
    Path source = Files.writeString(work.resolve("Hello.java"), program.group(1));
    try (Commands qtau = new Commands(home)) {
      qtau.ok("broker", "start");
      qtau.ok("pilot", "start", "--resource", "local://", "--wait");
      Commands.Ended ended = qtau.java(source.toString());
      assertThat(ended.code()).as(ended.err()).isZero();
      assertThat(ended.out()).isEqualTo("hello\n");
    }
  }
}
