package dev.memberproxy.server;

import java.nio.charset.StandardCharsets;

import org.apache.coyote.Adapter;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.apache.coyote.http11.Http11Processor;
import org.apache.tomcat.util.buf.ByteChunk;
import org.apache.tomcat.util.buf.MessageBytes;

/**
 * Accepts an underscore in the name of the host, which Tomcat rejects (RFC 3986 section
 * 3.2.2 permits it in a registered name). Services of Docker Compose often have one in
 * their names.
 */
final class UnderscoreHosts extends Http11Processor {

	UnderscoreHosts(AbstractHttp11Protocol<?> protocol, Adapter adapter) {
		super(protocol, adapter);
	}

	@Override
	protected void parseHost(MessageBytes host) {
		if (host == null || host.isNull() || host.getByteChunk().indexOf('_', 0) < 0) {
			super.parseHost(host);
			return;
		}
		ByteChunk name = host.getByteChunk();
		String text = new String(name.getBytes(), name.getStart(), name.getLength(), StandardCharsets.ISO_8859_1);
		byte[] permitted = text.replace('_', 'x').getBytes(StandardCharsets.ISO_8859_1);
		MessageBytes substitute = MessageBytes.newInstance();
		substitute.setBytes(permitted, 0, permitted.length);
		super.parseHost(substitute);
		// The port, if there is one, is not part of it.
		String parsed = this.request.serverName().toString();
		if (parsed != null && parsed.length() <= text.length()) {
			this.request.serverName().setString(text.substring(0, parsed.length()));
		}
	}

}
