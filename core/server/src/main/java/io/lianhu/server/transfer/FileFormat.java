package io.lianhu.server.transfer;

/** What a file is, as its bytes tell and not its name. */
enum FileFormat {
    XLSX,
    CSV,
    ZIP
}
