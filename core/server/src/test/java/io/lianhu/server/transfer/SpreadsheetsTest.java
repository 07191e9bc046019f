package io.lianhu.server.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.lianhu.sdk.ApiException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.junit.jupiter.api.Test;

/** Workbooks that claim more than they are. */
final class SpreadsheetsTest {

    /** A sound workbook of one heading and one row, with another row in the place of the second. */
    private static byte[] workbook(String row) throws IOException {
        byte[] sound = Spreadsheets.write("名单", List.of(List.of("姓名"), List.of("翟小梅")));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipFile in = ZipFile.builder().setByteArray(sound).get();
                ZipOutputStream zip = new ZipOutputStream(out)) {
            for (ZipArchiveEntry entry : Collections.list(in.getEntries())) {
                byte[] bytes = in.getInputStream(entry).readAllBytes();
                if (entry.getName().startsWith("xl/worksheets/")) {
                    String xml = new String(bytes, StandardCharsets.UTF_8);
                    int begin = xml.indexOf("<row r=\"2\"");
                    int end = xml.indexOf("</row>", begin) + "</row>".length();
                    bytes = (xml.substring(0, begin) + row + xml.substring(end)).getBytes(StandardCharsets.UTF_8);
                }
                zip.putNextEntry(new ZipEntry(entry.getName()));
                zip.write(bytes);
                zip.closeEntry();
            }
        }
        return out.toByteArray();
    }

    private static Map<Integer, Table.Cell> cells(String row) throws IOException {
        return Spreadsheets.read(workbook(row)).lines().get(0).cells();
    }

    @Test
    void aCellBeyondAllColumnsIsRefusedBeforeRoomIsMadeForThem() throws IOException {
        for (String place : List.of("ZZZZZZ1", "A99999999", "1", "")) {
            byte[] claims = workbook("<row r=\"2\"><c r=\"" + place + "\"><v>1</v></c></row>");
            ApiException refused = assertThrows(ApiException.class, () -> Spreadsheets.read(claims), place);
            assertEquals(TransferError.TRANSFER_FILE_UNREADABLE, refused.code(), place);
        }
    }

    @Test
    void aNumberOfABillionDigitsIsNotWrittenOut() throws IOException {
        for (String number : List.of("1E999999999", "1E-999999999", "1".repeat(60))) {
            assertEquals(
                    Table.Content.BROKEN,
                    cells("<row r=\"2\"><c r=\"A2\"><v>" + number + "</v></c></row>")
                            .get(0)
                            .content(),
                    number);
        }
        assertEquals(
                "13985012345",
                cells("<row r=\"2\"><c r=\"A2\"><v>1.3985012345E10</v></c></row>")
                        .get(0)
                        .text());
    }

    @Test
    void aTextLongerThanAnyFieldIsNotKept() throws IOException {
        String row = "<row r=\"2\"><c r=\"A2\" t=\"inlineStr\"><is><t>" + "长".repeat(2_001) + "</t></is></c></row>";
        assertEquals(Table.Content.BROKEN, cells(row).get(0).content());
        assertEquals(
                "翟小梅",
                cells("<row r=\"2\"><c r=\"A2\" t=\"inlineStr\"><is><t> 翟小梅 </t></is></c></row>")
                        .get(0)
                        .text());
    }
}
