"""The earlier QTau's programs for a cluster, on a real Slurm."""

from __future__ import annotations

import ast
import json
import os
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from earlier_programs import program
from local_site import ROOT, Site
from slurm_lab import SlurmLab

SYSTEM_PYTHON = "/usr/bin/python3"  # has mpi4py

GPU_FUNCTION = """
def your_gpu_function(number):
    import os, sys
    return number, sys.prefix, os.environ["CUDA_VISIBLE_DEVICES"] in ("0", "1")
"""


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: Any) -> Iterator[Site]:
    with SlurmLab() as lab:
        site = Site(tmp_path_factory.mktemp("site"), sys.executable, variables=lab.variables)
        site.start_broker()
        yield site
        site.close()


def test_example_5_has_gpus_and_the_conda_environment_of_its_pilot(cluster, tmp_path):
    source = program(
        5,
        {
            '"/path/to/conda/env"': repr(sys.prefix),
            '"cores_per_node": 24': '"cores_per_node": 2',
            '"gpus_per_node": 4': '"gpus_per_node": 2',
            "--ntasks-per-node=4": "--ntasks-per-node=2",
            '        "#SBATCH --constraint=gpu",\n': "",
        },
    )
    said = cluster.program(
        f"{GPU_FUNCTION}\n{source}\nprint(results)", HOME=str(tmp_path), PYTHONWARNINGS="ignore"
    )
    assert ast.literal_eval(said) == [[number, sys.prefix, True] for number in range(10)]


def test_example_6_fills_its_nodes_with_processes(cluster, tmp_path):
    script = ROOT / "examples" / "mpi" / "state_vector.py"
    source = program(
        6,
        {
            "/path/to/mpi_script.py": str(script),
            "num_procs=128": "num_procs=8",
            # All nodes of this cluster have the same address.
            '"cores_per_node": 32': '"cores_per_node": 2,\n'
            '    "setup_commands": ["export OMPI_MCA_btl_tcp_if_include=lo"]',
        },
    )
    said = cluster.program(
        source, python=SYSTEM_PYTHON, HOME=str(tmp_path), PYTHONWARNINGS="ignore"
    )
    assert json.loads(said) == {"ranks": 8, "norm": 1.0, "zz": 1.0}
    assert os.path.getsize(tmp_path / "work" / "metrics.csv") > 0
