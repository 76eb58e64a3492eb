package io.qtau.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaskFileTest {
  private static TaskFile.Contents read(String text) throws Exception {
    TaskFile file = new TaskFile();
    file.add("f", new StringReader(text));
    return file.contents();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"kind\":\"exce\"} | f:1:9: | did you mean 'exec'",
        "{\"kind\":\"noop\",\"priorty\":\"low\"} | f:1:26: | did you mean 'priority'",
        "{\"kind\":\"exec\",\"exec\":{\"argvv\":[]}} | f:1:32: | did you mean 'argv'",
        "{\"kind\":\"noop\",\"sleep\":{\"seconds\":1}} | f:1:24: | does not belong",
        "{\"kind\":\"noop\",\"resources\":{\"cores\":-1}} | f:1:37: | more than 0",
        "{\"kind\":\"noop\",\"resources\":{\"cores\":\"some\"}} | f:1:37: | a number or \"all\"",
        "{\"kind\":\"noop\",\"resources\":{\"gpus\":1.5}} | f:1:36: | whole, or less than 1",
        "{\"kind\":\"noop\",\"resources\":{\"gpus\":-1}} | f:1:36: | more than 0",
        "{\"kind\":\"noop\",\"resources\":{\"memory_mb\":-1}} | f:1:41: | not be negative",
        "{\"kind\":\"noop\",\"resources\":{\"qpu:\":1}} | f:1:36: | two words around a colon",
        "{\"kind\":\"noop\",\"resources\":{\"core\":1}} | f:1:36: | did you mean 'cores'",
        "{\"kind\":\"noop\",\"after\":[\"a\"]} | f:1:24: | reserved",
        "{\"kind\":\"noop\",\"retry\":{}} | f:1:24: | retry.max_attempts: is missing",
        "{\"kind\":\"noop\",\"retry\":{\"max_attempts\":0}} | f:1:40: | must be 1 to 1000",
        "{\"kind\":\"noop\",\"retry\":{\"max_attempt\":2}} | f:1: | did you mean 'max_attempts'",
        "{\"kind\":\"noop\",\"deadline\":\"soon\"} | f:1:27: | is not an instant",
        "{\"kind\":\"exec\",\"exec\":{\"argv\":\"ls\"}} | f:1:31: | exec.argv: must be an array",
        "{\"kind\":\"exec\"} | f:1:1: | needs this block",
        "{\"id\":\"..\",\"kind\":\"noop\"} | f:1:7: | is not a name",
        "{\"id\":\"-x\",\"kind\":\"noop\"} | f:1:7: | is not a name",
        "{\"id\":\"a::b\",\"kind\":\"noop\"} | f:1:7: | is not a name",
        "{\"kind\":\"noop\",\"timeout_s\":0} | f:1:28: | more than 0",
        "{\"kind\":\"noop\" | f:1:15: | not JSON",
        "{\"kind\":\"python\",\"python\":{\"call\":\"m.f\",\"args\":[NaN]}} | f:1: | NaN and",
        "{\"kind\":\"noop\",\"seed\":-1} | f:1:23: | must be 0 to",
        "{\"kind\":\"noop\",\"sweep\":[[1]]} | f:1:24: | belongs to tasks of kind 'python'",
        "{\"kind\":\"python\",\"python\":{\"call\":\"m:f\"},\"sweep\":[]} | f:1: | must not be empty",
        "{\"kind\":\"python\",\"python\":{\"call\":\"m:f\"},\"sweep\":{\"a\":[1],\"b\":[1,2]}} | f:1: |"
            + " has 2 values, another one 1",
        "{\"kind\":\"python\",\"python\":{\"call\":\"m:f\"},\"sweep\":[3]} | f:1: | each item",
        "{\"kind\":\"python\",\"python\":{\"call\":\"m:f\",\"isolation\":\"forc\"}} | f:1: |"
            + " did you mean 'fork'",
        "{\"kind\":\"python\",\"python\":{\"call\":\"m:f\",\"returns\":\"pickel\"}} | f:1: |"
            + " did you mean 'pickle'",
        "{\"kind\":\"python\",\"python\":{\"call\":\"m:f\",\"preloads\":[]}} | f:1: |"
            + " did you mean 'preload'",
        "{\"kind\":\"python\",\"python\":{\"call\":\"m:f\",\"env\":{\"requirement\":[]}}} | f:1: |"
            + " did you mean 'requirements'",
        "{\"kind\":\"python\",\"python\":{\"call\":\"m:f\",\"env\":{\"requirements\":[\"-r x\"]}}} |"
            + " f:1: | is not one requirement",
        "{\"kind\":\"mpi\",\"mpi\":{\"argv\":[\"a\"]}} | f:1: | mpi.ranks: is missing",
        "{\"kind\":\"mpi\",\"mpi\":{\"ranks\":0,\"argv\":[\"a\"]}} | f:1: | must be 1 to 100000",
        "{\"kind\":\"mpi\",\"mpi\":{\"ranks\":-2,\"argv\":[\"a\"]}} | f:1: | must be 1 to 100000",
        "{\"kind\":\"mpi\",\"mpi\":{\"ranks\":5,\"ranks_per_node\":2,\"argv\":[\"a\"]}} | f:1: |"
            + " 5 ranks do not divide into nodes of 2",
        "{\"kind\":\"mpi\",\"mpi\":{\"ranks\":4,\"cores_per_rank\":0,\"argv\":[\"a\"]}} | f:1: |"
            + " mpi.cores_per_rank: must be 1",
        "{\"kind\":\"mpi\",\"mpi\":{\"ranks\":4,\"gpus_per_rank\":-1,\"argv\":[\"a\"]}} | f:1: |"
            + " mpi.gpus_per_rank: must be 0",
        "{\"kind\":\"mpi\",\"mpi\":{\"ranks\":4}} | f:1: | needs either 'argv' or 'script'",
        "{\"kind\":\"mpi\",\"mpi\":{\"ranks\":4,\"argv\":[\"a\"],\"launcher\":\"sruns\"}} | f:1: |"
            + " did you mean 'srun'",
        "{\"kind\":\"mpi\",\"mpi\":{\"ranks\":4,\"argv\":[\"a\"],\"mpi\":\"pmi3\"}} | f:1: |"
            + " mpi.mpi: 'pmi3' is not known",
        "{\"kind\":\"mpi\",\"mpi\":{\"ranks\":4,\"argv\":[\"a\"]},\"resources\":{\"cores\":2}} | f:1: |"
            + " resources.cores: says otherwise than the block 'mpi'",
        "{\"kind\":\"mpi\",\"mpi\":{\"ranks\":4,\"script\":\"a\",\"env\":{\"requirement\":[]}}} |"
            + " f:1: | mpi.env.requirement: is not a field here; did you mean 'requirements'",
        "{\"kind\":\"exec\",\"exec\":{\"argv\":[\"a\"]},\"resources\":{\"nodes\":2}} | f:1: |"
            + " tasks of kind 'mpi' alone",
        "[1] | f:1:2: | an object",
      })
  void aBadTaskIsToldWithItsPlace(String line, String place, String words) throws Exception {
    TaskFile.Contents contents = read(line);
    assertThat(contents.problems()).hasSize(1);
    assertThat(contents.problems().get(0).toString()).startsWith(place).contains(words);
  }

  @Test
  void anIdIsGivenOnceOverAllFiles() throws Exception {
    TaskFile file = new TaskFile();
    file.add("f", new StringReader("{\"id\":\"a\",\"kind\":\"noop\"}"));
    file.add("g", new StringReader("\n{\"id\":\"a\",\"kind\":\"noop\"}"));
    assertThat(file.contents().problems().get(0).toString())
        .isEqualTo("g:2:7: id: 'a' was already given at f:1");
  }

  @Test
  void allProblemsAreFoundAndTheFirstTwentyTold() throws Exception {
    TaskFile.Contents contents = read("{}\n".repeat(23));
    assertThat(contents.problems()).hasSize(20);
    assertThat(contents.untold()).isEqualTo(3);
  }

  @Test
  void anArrayIsReadToo() throws Exception {
    TaskFile.Contents contents = read(" [\n {\"kind\":\"noop\"},\n {\"kind\":\"nop\"}]");
    assertThat(contents.tasks()).hasSize(1);
    assertThat(contents.problems().get(0).toString()).startsWith("f:3:10:");
  }

  @Test
  void anEmptyFileIsAMistake() throws Exception {
    assertThat(read("\n").problems()).hasSize(1);
  }
}
