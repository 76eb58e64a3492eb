package io.qtau.agent;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Tells the runtimes of the three makers which GPUs they may see, whoever made these: no runtime
 * reads what is for another one, but AMD's, whose upper half counts what its lower half has left
 * ({@code docs/adr/0019}).
 */
final class GpuVariables {
  static final String CUDA = "CUDA_VISIBLE_DEVICES";

  /** Read by the lower half of AMD's runtime; what is there and empty hides all. */
  static final String ROCM = "ROCR_VISIBLE_DEVICES";

  /** Read by HIP, which counts what {@link #ROCM} has left; without it HIP takes {@link #CUDA}. */
  static final String HIP = "HIP_VISIBLE_DEVICES";

  /** Read by AMD's OpenCL, which counts as HIP does; Slurm sets it. */
  static final String OPENCL = "GPU_DEVICE_ORDINAL";

  static final String LEVEL_ZERO = "ZE_AFFINITY_MASK";

  /** Level Zero takes an empty mask for all devices, and a number that none has for none. */
  static final String NO_DEVICE = "9999";

  /** Others, as the ids of NVIDIA that begin with {@code GPU-}, Level Zero cannot read. */
  private static final String MASK = "[0-9.]+(,[0-9.]+)*";

  private GpuVariables() {}

  /**
   * @param ids those that are seen; empty = none is, whatever the agent itself may see
   */
  static void put(Map<String, String> environment, List<String> ids) {
    String list = String.join(",", ids);
    environment.put(CUDA, list);
    environment.put(ROCM, list);
    environment.put(HIP, places(ids.size()));
    environment.put(OPENCL, places(ids.size()));
    environment.put(LEVEL_ZERO, list.matches(MASK) ? list : NO_DEVICE);
  }

  /** {@code 0,1,2} for three. */
  static String places(int count) {
    return IntStream.range(0, count).mapToObj(Integer::toString).collect(Collectors.joining(","));
  }
}
