"""What `docker version` says of a build."""

VERSION = "1.2.0"
VERSIONS = {
    "Version": VERSION,
    "ApiVersion": "1.14",
    "GitCommit": "fa7b24f",
    "GoVersion": "go1.3.1",
    "Os": "linux",
    "Arch": "amd64",
}
INITSHA1 = "7a216c46a25d1c0d646682ce5a5b9ab255b6b3d8"  # of the right dockerinit
