"""Asks PyPI and npm for known vulnerabilities of the pinned dependencies: ``make audit``.

Exits with 1 if there are any. An unreachable service or a missing tool is reported, but is not a failure.
"""

import json
import shutil
import subprocess
import sys

UNREACHABLE = ("ConnectionError", "ConnectTimeout", "Max retries", "ServiceError", "HTTPError", "timed out")


def audit_python() -> int:
    """Returns the number of vulnerable packages; 0 if PyPI cannot be reached."""
    files = ["-r", "requirements.txt", "-r", "requirements-dev.txt"]
    command = [
        sys.executable,
        "-m",
        "pip_audit",
        "--disable-pip",
        "--require-hashes",
        "--timeout",
        "20",
        *files,
    ]
    run = subprocess.run([*command, "--format", "json"], capture_output=True, text=True, check=False)
    try:
        packages = json.loads(run.stdout)["dependencies"]
    except (ValueError, KeyError):
        if any(word in run.stderr for word in UNREACHABLE):
            print("Python: skipped, PyPI's advisories cannot be reached.")
            return 0
        raise SystemExit(run.stderr) from None
    # Packages for which PyPI returned nothing have a "skip_reason".
    known = [package for package in packages if "skip_reason" not in package]
    if not known:
        print("Python: skipped, PyPI's advisories cannot be reached.")
        return 0
    found = [package for package in known if package["vulns"]]
    for package in found:
        print("Python:", package["name"], package["version"], *(each["id"] for each in package["vulns"]))
    print(f"Python: {len(known)} of {len(packages)} packages known, {len(found)} with a known vulnerability.")
    return len(found)


def audit_javascript() -> int:
    """Returns the number of vulnerable packages; 0 if npm is missing or its registry cannot be reached."""
    npm = shutil.which("npm")
    if npm is None:
        print("JavaScript: skipped, there is no npm.")
        return 0
    run = subprocess.run(
        [npm, "audit", "--json", "--package-lock-only"], capture_output=True, text=True, check=False
    )
    try:
        answer = json.loads(run.stdout)
    except ValueError:
        answer = {}
    if "vulnerabilities" not in answer:
        print("JavaScript: skipped, npm's advisories cannot be reached.")
        return 0
    for name, found in answer["vulnerabilities"].items():
        print("JavaScript:", name, found["range"], found["severity"])
    print(f"JavaScript: {len(answer['vulnerabilities'])} packages with a known vulnerability.")
    return len(answer["vulnerabilities"])


if __name__ == "__main__":
    sys.exit(1 if audit_python() + audit_javascript() else 0)
