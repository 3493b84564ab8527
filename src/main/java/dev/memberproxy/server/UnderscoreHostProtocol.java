package dev.memberproxy.server;

import java.nio.charset.StandardCharsets;

import org.apache.coyote.Processor;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.coyote.http11.Http11Processor;
import org.apache.tomcat.util.buf.ByteChunk;
import org.apache.tomcat.util.buf.MessageBytes;

/**
 * HTTP/1.1 that accepts an underscore in the name of the host, as RFC 3986 section 3.2.2
 * does and Tomcat does not. Docker Compose services often have such names. The class is
 * public because Tomcat creates it by name.
 */
public class UnderscoreHostProtocol extends Http11NioProtocol {

	@Override
	protected Processor createProcessor() {
		return new Http11Processor(this, getAdapter()) {

			@Override
			protected void parseHost(MessageBytes host) {
				if (host == null || host.isNull() || host.getByteChunk().indexOf('_', 0) < 0) {
					super.parseHost(host);
					return;
				}
				ByteChunk name = host.getByteChunk();
				String text = new String(name.getBytes(), name.getStart(), name.getLength(),
						StandardCharsets.ISO_8859_1);
				byte[] permitted = text.replace('_', 'x').getBytes(StandardCharsets.ISO_8859_1);
				MessageBytes substitute = MessageBytes.newInstance();
				substitute.setBytes(permitted, 0, permitted.length);
				super.parseHost(substitute);
				// The parsed name has no port, so it is a prefix of the text.
				String parsed = this.request.serverName().toString();
				if (parsed != null && parsed.length() <= text.length()) {
					this.request.serverName().setString(text.substring(0, parsed.length()));
				}
			}

		};
	}

}
