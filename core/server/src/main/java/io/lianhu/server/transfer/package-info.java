/**
 * Imports and exports (导入导出) as jobs: a file comes over HTTP, is looked at without changing anything, and then written in one
 * transaction; what is exported is fetched over HTTP. A feature adds its own by a bean that is an {@link
 * io.lianhu.server.transfer.ImportKind} or an {@link io.lianhu.server.transfer.ExportKind}.
 */
@NullMarked
package io.lianhu.server.transfer;

import org.jspecify.annotations.NullMarked;
