package io.qtau.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which cores and GPUs of a node are an agent's, and what its tasks are told of them. */
class NodeTest {
  @TempDir Path system;

  /**
   * Two sockets of two cores with two threads each, numbered as Intel's are: 0 and 4 are one core.
   */
  @BeforeEach
  void eightThreads() throws IOException {
    for (int cpu = 0; cpu < 8; cpu++) {
      write("cpu/cpu" + cpu + "/topology/thread_siblings_list", cpu % 4 + "," + (cpu % 4 + 4));
    }
    write("node/node0/cpulist", "0-1,4-5");
    write("node/node1/cpulist", "2-3,6-7");
  }

  private void write(String file, String text) throws IOException {
    Path path = system.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text + "\n");
  }

  private OwnCores cores(Integer said, boolean allocated, String allowed, boolean canBind) {
    return OwnCores.of(
        said,
        allocated,
        CpuList.parse(allowed),
        CpuList.parse("0-7"),
        new CpuTopology(system),
        canBind);
  }

  @Test
  void anAllocationsCoresAreTakenByMemoryNodeAndPhysicalCore() {
    OwnCores cores = cores(null, true, "0-7", true);
    assertThat(cores.cpus()).containsExactly(0, 4, 1, 5, 2, 6, 3, 7);
    Node node = new Node(cores, List.of(), 0, Map.of());
    SlotLedger ledger = node.ledger(Set.of());
    Grant one = Objects.requireNonNull(ledger.take(Needs.ofCores(1000)));
    Grant four = Objects.requireNonNull(ledger.take(Needs.ofCores(4000)));
    assertThat(node.slots(one).cpus()).containsExactly(0);
    assertThat(node.slots(four).cpus()).containsExactly(2, 3, 6, 7);
    assertThat(node.slots(four).environment()).containsEntry("OMP_NUM_THREADS", "4");
  }

  @Test
  void coresThatOthersMayUseAreNotBound() {
    assertThat(cores(null, false, "0-7", true).unbound()).contains("others may use this machine");
    assertThat(cores(16, true, "0-7", true).unbound()).contains("16 are declared, and 8 are there");
    assertThat(cores(2, true, "0-7", true).unbound()).contains("does not say which 2");
    assertThat(cores(null, true, "0-7", false).unbound()).contains("taskset is not installed");
    assertThat(cores(16, true, "0-7", true).count()).isEqualTo(16);
  }

  @Test
  void aCpusetIsItsOwn() {
    OwnCores cores = cores(null, false, "2,6-7", true);
    assertThat(cores.cpus()).containsExactly(2, 6, 7);
    assertThat(cores.unbound()).isNull();
  }

  @Test
  void whatASchedulerGaveGoesBeforeWhatIsDeclared() {
    assertThat(OwnGpus.find(null, Map.of("CUDA_VISIBLE_DEVICES", "2,3"))).containsExactly("2", "3");
    assertThat(OwnGpus.find(1, Map.of("ROCR_VISIBLE_DEVICES", "GPU-a, GPU-b")))
        .containsExactly("GPU-a");
    assertThat(OwnGpus.find(4, Map.of("CUDA_VISIBLE_DEVICES", "5"))).containsExactly("5");
    assertThat(
            OwnGpus.find(
                null, Map.of("ROCR_VISIBLE_DEVICES", "4,5", "CUDA_VISIBLE_DEVICES", "0,1")))
        .as("AMD's runtime counts CUDA's among those that its own variable names")
        .containsExactly("4", "5");
    assertThat(OwnGpus.find(2, Map.of("PATH", "/nowhere"))).containsExactly("0", "1");
    assertThat(OwnGpus.find(null, Map.of("PATH", "/nowhere"))).isEmpty();
    assertThat(OwnGpus.find(null, Map.of("CUDA_VISIBLE_DEVICES", "NoDevFiles"))).isEmpty();
  }

  @Test
  void tasksSeeTheirGpusAloneAndOthersSeeNone() {
    Node node = new Node(OwnCores.unbound(4, "a test"), List.of("2", "3"), 0, Map.of());
    SlotLedger ledger = node.ledger(Set.of());
    Needs one = new Needs(1000, 1000, 0, Map.of(), false);
    Grant first = Objects.requireNonNull(ledger.take(one));
    Grant second = Objects.requireNonNull(ledger.take(one));
    Grant none = Objects.requireNonNull(ledger.take(Needs.ofCores(1000)));
    assertThat(node.slots(first).environment())
        .containsEntry("CUDA_VISIBLE_DEVICES", "2")
        .containsEntry("ROCR_VISIBLE_DEVICES", "2")
        .containsEntry("ZE_AFFINITY_MASK", "2");
    assertThat(node.slots(second).environment())
        .containsEntry("ROCR_VISIBLE_DEVICES", "3")
        .as("HIP and AMD's OpenCL count those that ROCR_VISIBLE_DEVICES leaves")
        .containsEntry("HIP_VISIBLE_DEVICES", "0")
        .containsEntry("GPU_DEVICE_ORDINAL", "0");
    assertThat(node.slots(none).environment())
        .containsEntry("CUDA_VISIBLE_DEVICES", "")
        .containsEntry("ROCR_VISIBLE_DEVICES", "")
        .containsEntry("HIP_VISIBLE_DEVICES", "")
        .containsEntry("GPU_DEVICE_ORDINAL", "")
        .as("Level Zero takes an empty mask for all devices")
        .containsEntry("ZE_AFFINITY_MASK", "9999");
  }

  @Test
  void aTaskWithBothGpusOfANodeHasThemInOrder() {
    Map<String, String> environment = new HashMap<>();
    GpuVariables.put(environment, List.of("4", "6"));
    assertThat(environment)
        .containsEntry("CUDA_VISIBLE_DEVICES", "4,6")
        .containsEntry("ROCR_VISIBLE_DEVICES", "4,6")
        .containsEntry("HIP_VISIBLE_DEVICES", "0,1")
        .containsEntry("ZE_AFFINITY_MASK", "4,6");
  }

  @Test
  void allLibrariesAreToldHowManyThreadsATaskHasCoresFor() {
    Map<String, String> three = new HashMap<>();
    ThreadVariables.put(three, 3500);
    assertThat(three)
        .containsOnlyKeys(
            "OMP_NUM_THREADS",
            "OPENBLAS_NUM_THREADS",
            "MKL_NUM_THREADS",
            "NUMEXPR_NUM_THREADS",
            "NUMBA_NUM_THREADS",
            "VECLIB_MAXIMUM_THREADS")
        .allSatisfy((name, threads) -> assertThat(threads).as(name).isEqualTo("3"));
    Map<String, String> part = new HashMap<>();
    ThreadVariables.put(part, 500);
    assertThat(part.values()).as("a part of a core has a thread, too").containsOnly("1");
  }

  @Test
  void levelZeroNeverReadsAnotherMakersIds() {
    Map<String, String> environment = new HashMap<>();
    GpuVariables.put(environment, List.of("GPU-5f3a", "GPU-77c0"));
    assertThat(environment)
        .containsEntry("CUDA_VISIBLE_DEVICES", "GPU-5f3a,GPU-77c0")
        .containsEntry("HIP_VISIBLE_DEVICES", "0,1")
        .containsEntry("ZE_AFFINITY_MASK", "9999");
  }
}
