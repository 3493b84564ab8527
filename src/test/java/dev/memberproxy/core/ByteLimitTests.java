package dev.memberproxy.core;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Arrays;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class ByteLimitTests {

	@ParameterizedTest
	@CsvSource({ "0, 65536, 0", "1, 65536, 1", "511, 65536, 511", "512, 65536, 512", "513, 65536, 513",
			"1023, 65536, 1023", "1024, 65536, 1024", "1025, 65536, 1025", "2047, 65536, 2047", "2048, 65536, 2048",
			"2049, 65536, 2049", "65535, 65536, 65535", "65536, 65536, 65536", "65537, 65536, 65537",
			"200000, 65536, 65537", "10, 9, 10", "10, 10, 10", "512, 511, 512", "600, 512, 513", "2048, 2047, 2048",
			"2049, 2047, 2048", "3000, 2048, 2049" })
	void readsWholeOrOneByteTooMany(int size, int limit, int read) throws IOException {
		byte[] body = new byte[size];
		new Random(size).nextBytes(body);
		ByteLimit byteLimit = new ByteLimit(limit);
		byte[] result = byteLimit.read(new Trickle(body));
		assertThat(result).isEqualTo(Arrays.copyOf(body, read));
		assertThat(byteLimit.isExceededBy(result)).isEqualTo(size > limit);
	}

	@Test
	void leavesTheRestUnread() throws IOException {
		InputStream body = new ByteArrayInputStream(new byte[100]);
		new ByteLimit(60).read(body);
		assertThat(body.available()).isEqualTo(39);
	}

	@ParameterizedTest
	@CsvSource({ "0", "100", "2048", "5000" })
	void failsWhereTheBodyBreaksOff(int size) {
		InputStream body = new SequenceInputStream(new ByteArrayInputStream(new byte[size]), new InputStream() {

			@Override
			public int read() throws IOException {
				throw new IOException("broken off");
			}

			@Override
			public int read(byte[] target, int offset, int length) throws IOException {
				return read();
			}

		});
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> new ByteLimit(65536).read(body))
			.withMessage("broken off");
	}

	/** Gives a part of what it is asked for, as a connection does. */
	private static final class Trickle extends FilterInputStream {

		Trickle(byte[] body) {
			super(new ByteArrayInputStream(body));
		}

		@Override
		public int read(byte[] target, int offset, int length) throws IOException {
			return super.read(target, offset, Math.min(length, 700));
		}

	}

}
