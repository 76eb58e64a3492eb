package io.qtau.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pilot whose directory is on a disk, or in a quota, that is full. */
class PilotDiskIT {
  @TempDir Path dir;

  @Test
  void aPilotLivesOnWithAFullDiskAndANewOneIsRefused() throws Exception {
    Path disk = Files.createDirectory(dir.resolve("disk"));
    Root.run("mount", "-t", "tmpfs", "-o", "size=256k", "qtau", disk.toString());
    try (Commands qtau = new Commands(dir.resolve("home"))) {
      qtau.ok("broker", "start");
      start(qtau, disk, "one", 0, "");
      Path filler = disk.resolve("filler");
      Root.run("sh", "-c", "cat /dev/zero > " + filler + " 2>/dev/null || :");

      start(qtau, disk, "two", 3, "No space left on device");
      assertThat(disk.resolve("two")).doesNotExist();
      assertThat(qtau.ok("pilot", "list").out()).contains("one").doesNotContain("two");
      assertThat(run(qtau, "full").get("status").asText()).isEqualTo("FAILED");

      Files.delete(filler);
      assertThat(run(qtau, "free").get("status").asText()).isEqualTo("SUCCESS");
      qtau.ok("pilot", "stop", "one");
      assertThat(disk.resolve("one/agents/0/left")).exists();
    } finally {
      Root.run("umount", disk.toString());
    }
  }

  private static void start(Commands qtau, Path disk, String name, int code, String words)
      throws Exception {
    Commands.Ended ended =
        qtau.run(
            "pilot",
            "start",
            "--resource",
            "local://",
            "--name",
            name,
            "--working-directory",
            disk.toString(),
            "--wait");
    assertThat(ended.code()).as(ended.err()).isEqualTo(code);
    assertThat(ended.err()).contains(words).doesNotContain("Exception");
  }

  /** The result of a program that says something. */
  private JsonNode run(Commands qtau, String session) throws Exception {
    Path tasks =
        Files.writeString(
            dir.resolve(session + ".jsonl"),
            "{\"kind\":\"exec\",\"exec\":{\"argv\":[\"sh\",\"-c\",\"pwd; echo x > file\"]}}\n");
    qtau.ok("submit", tasks.toString(), "--session", session);
    Path out = dir.resolve(session);
    Commands.Ended ended = qtau.run("await", session, "--out", out.toString(), "--timeout", "60");
    assertThat(ended.code()).as(ended.err()).isIn(0, 1);
    JsonNode result =
        new ObjectMapper().readTree(Files.readAllLines(out.resolve("results.jsonl")).get(0));
    System.out.println("disk: " + session + ": " + result);
    return result;
  }
}
