<?xml version="1.0"?>
<CHANNEL HREF="http://c.example/index.html" BASE="http://c.example/news/">
<TITLE>Harbour</TITLE>
<ITEM HREF="one.html" LASTMOD="1998-11-05T22:12+0100"><TITLE>Ferry late</TITLE></ITEM>
<ITEM LASTMOD="1998-11-06"><A HREF="two.html"/><TITLE>Crane down</TITLE></ITEM>
</CHANNEL>
