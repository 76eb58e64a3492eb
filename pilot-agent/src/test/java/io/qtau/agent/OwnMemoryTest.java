package io.qtau.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnMemoryTest {
  private static final OptionalLong NONE = OptionalLong.empty();
  private static final OptionalLong NODE = OptionalLong.of(64_000);

  @TempDir Path directory;

  private static long found(@Nullable Long said, Map<String, String> environment) {
    return OwnMemory.find(said, environment, NONE, NODE);
  }

  @Test
  void theAllocationSaysHowMuchOfTheNodeItHas() {
    assertThat(found(null, Map.of("SLURM_MEM_PER_NODE", "2000"))).isEqualTo(2000);
    assertThat(found(null, Map.of("SLURM_MEM_PER_CPU", "500", "SLURM_CPUS_ON_NODE", "8")))
        .isEqualTo(4000);
    assertThat(found(null, Map.of("SLURM_MEM_PER_NODE", "0"))).as("0 is all").isEqualTo(64_000);
    assertThat(found(null, Map.of("SLURM_MEM_PER_CPU", "500")))
        .as("it is not said for how many")
        .isEqualTo(64_000);
    assertThat(found(null, Map.of())).isEqualTo(64_000);
    assertThat(found(100L, Map.of("SLURM_MEM_PER_NODE", "2000"))).isEqualTo(100);
  }

  @Test
  void moreThanTheKernelLetsItHaveIsNeverFound() {
    OptionalLong limit = OptionalLong.of(1500);
    assertThat(OwnMemory.find(null, Map.of(), limit, NODE)).isEqualTo(1500);
    assertThat(OwnMemory.find(null, Map.of("SLURM_MEM_PER_NODE", "2000"), limit, NODE))
        .isEqualTo(1500);
    assertThat(OwnMemory.find(null, Map.of("SLURM_MEM_PER_NODE", "1000"), limit, NODE))
        .isEqualTo(1000);
    assertThat(OwnMemory.find(null, Map.of(), NONE, NONE)).as("nobody knows").isZero();
  }

  private OptionalLong limit(String membership) throws IOException {
    Path file = Files.writeString(directory.resolve("membership"), membership);
    return new CgroupMemory(file, directory.resolve("mounts")).limitMb();
  }

  private void group(String path, String file, String text) throws IOException {
    Path group = Files.createDirectories(directory.resolve("mounts").resolve(path));
    Files.writeString(group.resolve(file), text + "\n");
  }

  @Test
  void inVersion2TheLeastLimitOfTheOwnGroupAndThoseAroundItCounts() throws Exception {
    group("job_7", "memory.max", "2147483648");
    group("job_7/step_0", "memory.max", "max");
    group("job_7/step_0/task", "memory.max", "4294967296");
    assertThat(limit("0::/job_7/step_0/task\n")).hasValue(2048);
    assertThat(limit("0::/job_7/step_0\n")).hasValue(2048);
    assertThat(limit("0::/elsewhere\n")).isEmpty();
  }

  @Test
  void aContainersLimitStandsInItsRoot() throws Exception {
    group("", "memory.max", "1073741824");
    assertThat(limit("0::/\n")).hasValue(1024);
    assertThat(limit("0::/../of/the/host\n")).hasValue(1024);
  }

  @Test
  void inVersion1TheControllerOfMemoryCounts() throws Exception {
    String unlimited = "9223372036854771712";
    group("memory", "memory.limit_in_bytes", unlimited);
    group("memory/slurm/job_7", "memory.limit_in_bytes", "536870912");
    group("memory/slurm/job_7/step", "memory.limit_in_bytes", unlimited);
    group("cpu/slurm", "memory.limit_in_bytes", "1");
    assertThat(limit("5:cpu,cpuacct:/slurm\n4:memory:/slurm/job_7/step\n0::/\n")).hasValue(512);
    assertThat(OwnMemory.find(null, Map.of(), limit("4:memory:/\n"), NODE)).isEqualTo(64_000);
  }

  @Test
  void withoutControlGroupsThereIsNoLimit() {
    assertThat(new CgroupMemory(directory.resolve("none"), directory).limitMb()).isEmpty();
  }
}
